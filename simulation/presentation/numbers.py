"""Numbers as people read them: two or three figures, no false precision."""

from __future__ import annotations

import math

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def significant(value: float, digits: int = 3) -> float:
    """The value to so many significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value, places)


def people(value: float) -> str:
    """A count: 174,358 is shown as 174,000."""
    return f"{significant(value):,.0f}"


def ratio(value: float) -> str:
    """A ratio or rate to two significant digits: 6.3, 12, 0.85."""
    rounded = significant(value, 2)
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:.2g}"


def money(value: float, currency: str) -> str:
    """An amount to three significant digits, and no more than two decimals from a tenth on, with its currency: $17,200, $4.35, 0.12 CHF."""
    rounded = significant(value)
    size = abs(rounded)
    number = f"{size:,.0f}" if size >= 100 else f"{size:,.2f}" if size >= 1 or size == 0 else f"{abs(value):,.2f}" if size >= 0.1 else f"{size:.3g}"
    sign = "-" if rounded < 0 else ""
    return f"{sign}{SYMBOLS[currency]}{number}" if currency in SYMBOLS else f"{sign}{number} {currency}"
