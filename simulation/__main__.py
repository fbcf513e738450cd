"""`python -m simulation` is the command `advocacy`."""

from simulation.cli import main

if __name__ == "__main__":
    main()
