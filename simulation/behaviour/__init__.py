"""The rules: plain elementwise functions of numbers or columns. No agents, no luck, no state."""
