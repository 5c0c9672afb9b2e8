"""Who is entitled to what by law, as far as the register tells, and who goes without."""
