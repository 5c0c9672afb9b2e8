"""What every stage stands on; knows no programme."""
