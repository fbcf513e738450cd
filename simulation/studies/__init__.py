"""Many runs: replications, and what they add up to."""
