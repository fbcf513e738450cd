"""A scenario from one's own numbers: the questions, what counts as an answer, and the file that comes of it."""
