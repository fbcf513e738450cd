"""Ways to play the same step: agents that can be watched, and what every engine shares."""
