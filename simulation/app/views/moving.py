"""The levers as Streamlit draws them. What they show comes from the desk, so undo, reset and links move them too."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from simulation.app.levers import GROUPS, LEVERS, Lever, help_of, shown, source_of, stops, typed, unit_of, value_of
from simulation.app.sides import LETTERS
from simulation.app.views.session import desk
from simulation.behaviour.planning import ad_budget
from simulation.inputs.parameters import Scenario
from simulation.presentation.numbers import significant
from simulation.studies.drawing import held_keys

OPEN = "Programme"
"""The group that is open at first."""


def levers(place: int, scenario: Scenario) -> None:
    """All groups of levers of one side."""
    for name, group in GROUPS.items():
        with st.expander(name, expanded=name == OPEN, key=f"group/{place}/{name}"):
            for lever in group:
                _lever(place, lever, scenario)
    with st.expander("Any other key", key=f"group/{place}/any"), st.form(f"any/{place}", border=False):
        text = st.text_input("Key and value", placeholder="paid.cap.impressions=5", key=f"any-text/{place}",
                             help="Any key of a scenario, as on the command line after --set. `advocacy scenario schema` lists them.")
        if st.form_submit_button(f"Set in {LETTERS[place].upper()}"):
            desk().write(place, text)
            st.rerun()


def sources() -> None:
    """Unit and source of every lever as a table, for whoever does not hover."""
    rows = "".join(f'<tr><th scope="row">{html.escape(lever.label)}</th><td>{html.escape(unit_of(lever))}</td>'
                   f'<td>{html.escape(source_of(lever) or "Chosen by the user.")}</td></tr>' for lever in LEVERS.values())
    with st.expander("Units and sources of all levers", key="sources"):
        st.html('<table class="figures sources"><thead><tr><th scope="col">Lever</th><th scope="col">Unit</th><th scope="col">Source</th></tr></thead>'
                f"<tbody>{rows}</tbody></table>")


def _lever(place: int, lever: Lever, scenario: Scenario) -> None:
    """One lever; where it may be left alone, a switch before it."""
    value = value_of(scenario, lever.key)
    if not lever.unset:
        _widget(place, lever, value)
        return
    taken = value is not None if lever.key == "paid.budget" else lever.key in held_keys(scenario)
    if lever.key == "paid.budget" or not taken or lever.key in desk().sides[place].changed:
        _set_state(key := f"own/{place}/{lever.key}", taken)
        st.toggle(f"Set myself: {lever.label}", key=key, help=f"{help_of(lever)}. Left alone: {lever.unset}.", on_change=_switch, args=(place, lever, key, scenario))
    if taken:
        _widget(place, lever, value)


def _widget(place: int, lever: Lever, value: Any) -> None:
    key = f"lever/{place}/{lever.key}"
    common: dict[str, Any] = {"key": key, "help": help_of(lever), "on_change": _moved, "args": (place, lever, key)}
    if value is None:
        return
    _set_state(key, shown(lever, value))
    if lever.kind == "choice":
        st.segmented_control(lever.label, list(lever.choices), format_func=lambda name: name.replace("_", " ").title(), required=True, **common)
    elif lever.kind == "steps":
        st.select_slider(lever.label, stops(lever, value), format_func=lambda number: f"{number:,.12g}", **common)
    else:
        kind: type = int if lever.whole and lever.kind == "slider" else float
        st.slider(lever.label, kind(lever.low), kind(lever.high), step=kind(lever.step), format="%g", **common)


def _set_state(key: str, value: Any) -> None:
    """Let a widget show what the desk says; done before it is drawn."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _moved(place: int, lever: Lever, key: str) -> None:
    desk().change(place, lever.key, typed(lever, st.session_state[key]))


def _switch(place: int, lever: Lever, key: str, scenario: Scenario) -> None:
    """Take a lever in hand at its present value, or leave it alone again."""
    if not st.session_state[key]:
        desk().change(place, lever.key, None) if lever.key == "paid.budget" else desk().leave(place, lever.key)
        return
    value = significant(ad_budget(scenario), 2) if lever.key == "paid.budget" else value_of(scenario, lever.key)
    desk().change(place, lever.key, value)
