"""Verification: claims locked, drawn in public, looked at, checked again, seen to last."""
