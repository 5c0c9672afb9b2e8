"""What came of it: agreements, verification, money."""
