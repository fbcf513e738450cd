"""Parameters of a replication: a draw of the posterior, the same for all worlds and scenarios, keyed by the replication's number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.posterior import FILE, Posterior, load_posterior

ATTEMPTS = 8
"""Draws that are tried before a scenario is refused."""

IN_MARKET = "market.contacts_in_market_fraction"


def posterior_of(scenario: Scenario) -> Posterior:
    """The posterior that a scenario draws from."""
    return load_posterior(FILE if scenario.run.posterior is None else Path(scenario.run.posterior))


def held_keys(scenario: Scenario) -> list[str]:
    """
    Parameters of the posterior that stay at the scenario's values: written by the user, other than the default, or without use here.

    Raises
    ------
    InputError
        The posterior has a key that no scenario knows.
    """
    held, default = set(scenario.run.held), Scenario()
    if scenario.society.network.file is not None:
        held.add(IN_MARKET)
    for key in posterior_of(scenario).draws:
        usual, own = _at(default, key), _at(scenario, key)
        if usual is _MISSING:
            raise InputError(f"run.posterior: draws of '{key}', which is no key of a scenario; allowed: a file written by advocacy calibrate")
        if own is _MISSING or own != usual:
            held.add(key)
    return sorted(held & posterior_of(scenario).draws.keys())


def draws(scenario: Scenario, replication: int) -> Iterator[Scenario]:
    """
    The scenario with the parameters of a replication; further ones in turn, should a draw be refused.

    Money for ads stays what the scenario plans, whatever is drawn: it is chosen, not uncertain. What is heavy is imported here, as the process that
    hands out work asks for `held_keys` before it starts others.
    """
    from simulation.behaviour.planning import ad_budget

    if scenario.run.parameters == "fixed":
        yield scenario
        return
    keys = _free(scenario)
    planned = {} if scenario.paid.budget is not None or not scenario.paid.enabled else {"paid__budget": ad_budget(scenario)}
    for attempt in range(ATTEMPTS):
        values: dict[str, Any] = drawn_values(scenario, replication, attempt)
        yield scenario.replace(**{key.replace(".", "__"): values[key] for key in keys}, **planned)


def drawn_values(scenario: Scenario, replication: int, attempt: int) -> dict[str, float]:
    """The parameters that a replication draws, by key, after so many draws that were refused."""
    from simulation.society.luck import Luck

    return posterior_of(scenario).at(Luck(scenario.run.seed).uniform("parameters", replication, attempt))


def first_accepted[Made](scenario: Scenario, replication: int, make: Callable[[Scenario], Made]) -> tuple[Made, int]:
    """
    What can be made of the first draw that the model does not refuse, and how many it refused before.

    Raises
    ------
    InputError
        The scenario's own values are refused, or so are all draws that were tried; the message is the last one's.
    """
    last: InputError | None = None
    for refused, drawn in enumerate(draws(scenario, replication)):
        try:
            return make(drawn), refused
        except InputError as error:
            last = error
    assert last is not None
    raise last


def _free(scenario: Scenario) -> list[str]:
    """Parameters that are drawn."""
    held = set(held_keys(scenario))
    return [key for key in posterior_of(scenario).draws if key not in held]


_MISSING = object()


def _at(scenario: Scenario, key: str) -> Any:
    """The value at a dotted key; `_MISSING` where there is none, as on a platform that was left out."""
    found: Any = scenario
    for part in key.split("."):
        found = getattr(found, part, _MISSING)
        if found is None and part != key.rsplit(".", 1)[-1]:
            return _MISSING
    return found
