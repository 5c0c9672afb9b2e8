"""Finders: every work that could be done – owed, under way, asked for, or found to be needed."""
