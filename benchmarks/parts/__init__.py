"""One part of the performance benchmark in each module; `measure(quick)` returns its section."""
