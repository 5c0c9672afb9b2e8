"""What verified results come to: what is taken, statements, the year settled, disclosure."""
