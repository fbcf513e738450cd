"""What to do: whom to recruit, how to split a budget, and what would be worth knowing first."""
