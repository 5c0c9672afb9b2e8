"""What would help most: works, choice, money."""
