"""The reference instance of choosing works, its peers, and how the rows of the table are told."""
