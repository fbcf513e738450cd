"""What lies on the page of one browser window: sides, what was undone, and complaints. Nothing that is refused changes anything."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simulation.app.sides import LETTERS, MOST_SIDES, Side, offered, side_of
from simulation.errors import InputError, unknown
from simulation.inputs.scenario import load_scenario
from simulation.inputs.yaml_text import read_value

MOST_STEPS = 200
USUAL = (Side("baseline"), Side("maturity_5"))
"""What the page opens with when nothing is asked for."""


class Desk:
    """
    Sides by side, with a memory.

    Attributes
    ----------
    sides : what is shown
    problems : complaints that have not been put away, the latest last
    """

    def __init__(self, sides: Sequence[Side] = USUAL, problems: Sequence[str] = ()) -> None:
        self.sides = tuple(sides)[:MOST_SIDES] or USUAL
        self.problems = list(problems)
        self._first = self.sides
        self._past: list[tuple[Side, ...]] = []

    @property
    def undoable(self) -> int:
        """Steps that can be taken back."""
        return len(self._past)

    @property
    def changed(self) -> bool:
        """Whether anything differs from how the page was opened."""
        return self.sides != self._first

    def change(self, place: int, key: str, value: Any) -> None:
        """Set a key on one side; refused values are complained about."""
        self._put(place, lambda: self.sides[place].with_change(key, value))

    def leave(self, place: int, key: str) -> None:
        """Take a key back to what the shipped scenario says."""
        self._put(place, lambda: self.sides[place].without(key))

    def rebase(self, place: int, base: str) -> None:
        """Start one side anew from a shipped scenario."""

        def side() -> Side:
            if base not in offered():
                raise unknown("", "scenario", base, offered())
            return Side(base)

        self._put(place, side)

    def write(self, place: int, text: str) -> None:
        """Set `key=value`, as `--set` would."""

        def side() -> Side:
            key, equals, value = text.partition("=")
            if not equals or not key.strip():
                raise InputError(f"given '{text[:80]}'; allowed: key=value, such as paid.budget=20000")
            return self.sides[place].with_change(key.strip(), read_value(value))

        self._put(place, side)

    def load(self, place: int, name: str, contents: bytes) -> None:
        """Put a scenario file on one side."""

        def side() -> Side:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / (Path(name).name or "scenario.yaml")
                path.write_bytes(contents)
                try:
                    return side_of(load_scenario(path))
                except InputError as error:
                    raise InputError(str(error).replace(f"{Path(folder).resolve()}/", "").replace(f"{folder}/", "")) from None

        self._put(place, side)

    def put(self, place: int, side: Side) -> None:
        """Put a side in the place of another."""
        self._put(place, lambda: side)

    def add(self) -> None:
        """One more side, a copy of the last."""
        if len(self.sides) < MOST_SIDES:
            self._move((*self.sides, self.sides[-1]))

    def remove(self, place: int) -> None:
        """One side fewer; the last one stays."""
        if len(self.sides) > 1:
            self._move((*self.sides[:place], *self.sides[place + 1 :]))

    def undo(self) -> None:
        """Take the latest step back."""
        if self._past:
            self.sides = self._past.pop()
            self.problems.clear()

    def reset(self) -> None:
        """All as it was when the page was opened; can be undone."""
        if self.changed:
            self._move(self._first)
        self.problems.clear()

    def complain(self, text: str) -> None:
        """Note what was refused, once."""
        if text not in self.problems:
            self.problems.append(text)

    def _put(self, place: int, make: Any) -> None:
        try:
            side = make()
            side.scenario()
        except InputError as error:
            self.complain(f"Scenario {LETTERS[place].upper()}: {error}")
            return
        self.problems.clear()
        self._move((*self.sides[:place], side, *self.sides[place + 1 :]))

    def _move(self, sides: tuple[Side, ...]) -> None:
        if sides != self.sides:
            self._past = [*self._past[1 - MOST_STEPS :], self.sides]
            self.sides = sides
