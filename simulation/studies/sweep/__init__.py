"""Studies over many points: which points, in which pieces, played into rows."""
