"""What it means: poverty, access, connection, the five targets."""
