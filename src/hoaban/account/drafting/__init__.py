"""Agreements drafted from a plan: what each commune promises, and the money at most."""
