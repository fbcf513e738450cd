"""What a study's table says: which keys matter, how much luck there is, and what to expect between the points."""
