"""Short scripts, one per question: choose, run, chart."""
