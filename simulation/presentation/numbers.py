"""
STAND-IN, not the original: the file written here before 21:21 was overwritten by accident by the session that made the charts.

Restore the original (git, or its author). This keeps `answer.py` importable until then; its rounding is a guess.
"""

from __future__ import annotations

from math import floor, log10


def people(number: float) -> str:
    """A number of people."""
    return _significant(number)


def ratio(number: float) -> str:
    """A multiple."""
    return _significant(number, 2)


def money(amount: float, currency: str) -> str:
    """An amount with its currency."""
    return f"{currency} {_significant(amount)}"


def _significant(number: float, digits: int = 3) -> str:
    place = floor(log10(abs(number))) - digits + 1 if number else 0
    return f"{round(number, -place):,.{max(-place, 0)}f}"
