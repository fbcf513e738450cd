"""What goes wrong when people use the program, said so that they can mend it.

Every error of this module is the user's to fix: the command line prints its message, alone, and exits 2.
Anything else that escapes is a fault of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class InputError(ValueError):
    """A setting, file or option that cannot be used.

    The message names the place, the key, what was given, what is allowed and the nearest valid name.
    """


class Cancelled(Exception):
    """The user stopped a run; what was finished travels along as `finished`."""

    def __init__(self, finished: list[Any]) -> None:
        super().__init__("cancelled")
        self.finished = finished


def nearest(name: str, allowed: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The allowed name that looks most like `name`, or None when nothing comes close (similarity 0 to 1)."""
    matches = difflib.get_close_matches(name, list(allowed), n=1, cutoff=cutoff)
    return matches[0] if matches else None


def unknown(place: str, kind: str, name: str, allowed: Iterable[str]) -> InputError:
    """An error for a name that is not on the list, with the list and the nearest entry."""
    names = sorted(allowed)
    guess = nearest(name, names)
    hint = f" Did you mean '{guess}'?" if guess else ""
    prefix = f"{place}: " if place else ""
    return InputError(f"{prefix}'{name}' is not a known {kind}. Allowed: {', '.join(names)}.{hint}")
