"""What is so: registers, imports, frozen snapshots."""
