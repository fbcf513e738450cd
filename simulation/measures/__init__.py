"""What records say, as numbers: reach, cost, comparison. Pure functions of records."""
