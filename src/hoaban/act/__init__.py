"""Who does what by when: cases and their steps."""
