"""What Streamlit runs, anew for each change. Worker processes load this file too, and then it does nothing."""

from __future__ import annotations


def main() -> None:
    """Draw the page as it is now."""
    from simulation.app.views.shell import show

    show()


if __name__ == "__main__":
    main()
