"""Scenario files; data only. `advocacy scenario list` says what each is for."""
