"""Hoa Ban: an open digital operations centre for a highland province."""
