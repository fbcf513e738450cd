"""What one browser window remembers between reruns: its desk, and who it is."""

from __future__ import annotations

import uuid

import streamlit as st

from simulation.app import serving
from simulation.app.desk import USUAL, Desk
from simulation.app.sides import LETTERS, from_link, to_link
from simulation.errors import InputError


def desk() -> Desk:
    """This window's desk; at first, what the link says, else what the page was started with."""
    if "desk" not in st.session_state:
        params = {name: value for name, value in st.query_params.items() if name.partition(".")[0] in LETTERS}
        sides, problems = from_link(params)
        st.session_state["desk"] = Desk(sides or serving.given or USUAL, problems)
    found: Desk = st.session_state["desk"]
    return found


def watcher() -> str:
    """A name for this window."""
    name: str = st.session_state.setdefault("watcher", uuid.uuid4().hex)
    return name


def write_link() -> None:
    """Let the address follow the desk, so that it can be shared, and opens again where one was."""
    try:
        wanted = to_link(desk().sides)
    except InputError:
        wanted = {}
    if wanted != dict(st.query_params):
        st.query_params.from_dict(wanted)
