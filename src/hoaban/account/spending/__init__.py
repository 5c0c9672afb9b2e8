"""Money on its way: absorption, the treasury's extract, next year's investment."""
