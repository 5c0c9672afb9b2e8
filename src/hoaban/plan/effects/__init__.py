"""What works do: tables of a snapshot in, the tables as they would be out."""
