"""Published facts against the model: what is measured, how it is judged, and which claims break which facts."""
