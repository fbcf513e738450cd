"""The scenarios on the page, side by side: a shipped one each, with what was changed; how they become links and come back from them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import DEFAULT, FILE_KEYS, flat, load_scenario, nested, shipped_names
from simulation.inputs.yaml_text import read_value, write_mapping

LETTERS = "abc"
MOST_SIDES = len(LETTERS)
HERE = ("this page", 0)
FILES = {".".join(key) for key in FILE_KEYS}
NEEDS_A_FILE = "real_workplace"
WORDS = {"title", "purpose", "sources", "run.held"}

type Changes = tuple[tuple[str, Any], ...]


class Side(NamedTuple):
    """A shipped scenario and the keys that were changed in it."""

    base: str = DEFAULT
    changes: Changes = ()

    def with_change(self, key: str, value: Any) -> Side:
        """The same with one more key changed; the latest change is the last."""
        return self._replace(changes=(*(change for change in self.changes if change[0] != key), (key, value)))

    def without(self, key: str) -> Side:
        """The same with one key as the shipped scenario has it."""
        return self._replace(changes=tuple(change for change in self.changes if change[0] != key))

    @property
    def changed(self) -> dict[str, Any]:
        """Changed keys and their values."""
        return dict(self.changes)

    @property
    def edited(self) -> bool:
        """Whether anything but words was changed."""
        return any(key not in WORDS for key, _ in self.changes)

    def scenario(self, name: str = "") -> Scenario:
        """The scenario, checked and complete; one that was changed says so in its title. Raises `InputError`."""
        changes = dict(self.changes)
        if self.edited and "title" not in changes:
            changes["title"] = f"{shipped(self.base).title}, changed"
        loaded = load_scenario(self.base, changes={key: (value, HERE) for key, value in changes.items()})
        return loaded.named(name or self.base)

    def text(self) -> str:
        """The scenario as a file that extends the shipped one."""
        return write_mapping({"extends": self.base, **nested(dict(self.changes))})


def scenarios_of(sides: Sequence[Side]) -> list[Scenario]:
    """The scenarios of some sides, under different names, all with the luck of the first. Raises `InputError`."""
    names = [f"{side.base}_changed" if side.edited else side.base for side in sides]
    found = [side.scenario(name if names.count(name) == 1 else f"{name}_{letter}") for side, name, letter in zip(sides, names, LETTERS, strict=False)]
    return [scenario.replace(run__seed=found[0].run.seed) for scenario in found]


@cache
def shipped(name: str) -> Scenario:
    """A shipped scenario, read once."""
    return load_scenario(name)


def offered() -> list[str]:
    """Shipped scenarios that the page can start from: those that need no file of the user's."""
    names = [name for name in shipped_names() if name != NEEDS_A_FILE]
    return [DEFAULT, *(name for name in names if name != DEFAULT)]


def side_of(scenario: Scenario) -> Side:
    """Any scenario as a side: the shipped one of the same values, else the baseline with everything that differs."""
    if scenario.name in offered() and shipped(scenario.name) == scenario:
        return Side(scenario.name)
    usual, own = flat(shipped(DEFAULT).model_dump()), flat(scenario.model_dump())
    return Side(DEFAULT, tuple((key, value) for key, value in own.items() if key not in usual or usual[key] != value))


def to_link(sides: Sequence[Side]) -> dict[str, str]:
    """
    Sides as the parameters of an address: `a=baseline`, `a.paid.budget=20000`.

    Raises
    ------
    InputError
        A scenario names a file of this machine, which a link cannot carry.
    """
    params: dict[str, str] = {}
    for letter, side in zip(LETTERS, sides, strict=False):
        params[letter] = side.base
        for key, value in side.changes:
            if key in FILES and value is not None:
                raise InputError(f"{key}: a link cannot carry a file of this machine; save the scenario as YAML and send both")
            params[f"{letter}.{key}"] = write_value(value)
    return params


def from_link(params: Mapping[str, str]) -> tuple[list[Side], list[str]]:
    """Sides from the parameters of an address, and what could not be used; what could be is kept."""
    sides: dict[str, Side] = {letter: Side(DEFAULT) for letter in LETTERS if any(name == letter or name.startswith(f"{letter}.") for name in params)}
    problems = []
    for letter in sides:
        base = params.get(letter, DEFAULT)
        try:
            Side(base).scenario() if base in offered() else _refuse(base)
            sides[letter] = Side(base)
        except InputError as error:
            problems.append(f"link: {str(error).removeprefix(f'{HERE[0]}: ')}")
    for name, text in params.items():
        letter, dot, key = name.partition(".")
        if not dot or letter not in sides:
            continue
        try:
            if key in FILES:
                raise InputError(f"{key}: a link cannot name a file of this machine")
            changed = sides[letter].with_change(key, read_value(text))
            changed.scenario()
            sides[letter] = changed
        except InputError as error:
            problems.append(f"link: {str(error).removeprefix(f'{HERE[0]}: ')}")
    return list(sides.values()), problems


def write_value(value: Any) -> str:
    """One value as YAML on one line, as plain as reads back the same."""
    plain = () if isinstance(value, list | dict) else (str(value),)
    for text in plain:
        with suppress(InputError):
            if type(back := read_value(text)) is type(value) and back == value:
                return text
    return json.dumps(value, ensure_ascii=False)


def _refuse(base: str) -> None:
    raise InputError(f"'{base[:60]}' is not a scenario that a link can name; allowed: {', '.join(offered())}")
