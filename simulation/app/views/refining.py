"""Whole scenarios in the background: progress and cancel, redrawn by themselves while anything is played."""

from __future__ import annotations

import time

import streamlit as st

from simulation.app.backstage import backstage
from simulation.app.job import Job, digest
from simulation.app.sides import LETTERS
from simulation.app.views.session import watcher
from simulation.inputs.parameters import Scenario

EVERY_SECONDS = 1.0
CALM_SECONDS = 1.5
"""A scenario is played in the background once its levers have rested for so long."""


def refine(scenarios: list[Scenario]) -> None:
    """A line for each scenario that is being played, and the switch that plays them by themselves."""
    names = [digest(scenario) for scenario in scenarios]
    if st.session_state.get("rested", ([], 0.0))[0] != names:
        st.session_state["rested"] = (names, time.monotonic())
    open_ = any(backstage().whole(scenario) is None for scenario in scenarios)
    auto = st.toggle("Play whole scenarios in the background", value=True, key="auto",
                     help="The preview's figures are replaced once all replications of the whole scenario are played")

    drawing = [True]
    """Whether the whole page is being drawn. It must not begin anew then: what was clicked further down would be lost."""

    def tick() -> None:
        whole_page = bool(drawing) and drawing.pop()
        _want(scenarios, auto)
        jobs = [backstage().job(scenario) for scenario in scenarios]
        states = [job.state if job else "" for job in jobs]
        before = st.session_state.get("states")
        st.session_state["states"] = (names, states)
        for place, (scenario, job) in enumerate(zip(scenarios, jobs, strict=True)):
            _line(place, scenario, job)
        over = [bool(job and job.over) for job in jobs]
        if not whole_page and before and before[0] == names and any(now and old not in ("done", "cancelled", "failed") for now, old in zip(over, before[1], strict=True)):
            st.rerun()

    st.fragment(tick, run_every=EVERY_SECONDS if open_ and auto else None)()


def _want(scenarios: list[Scenario], auto: bool) -> None:
    rested = time.monotonic() - st.session_state["rested"][1] > CALM_SECONDS
    backstage().want(watcher(), scenarios if auto and rested else [scenario for scenario in scenarios if backstage().job(scenario)])


def _line(place: int, scenario: Scenario, job: Job | None) -> None:
    """How far one scenario is, with its button."""
    letter = LETTERS[place].upper()
    if job is None or job.state == "done":
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.over:
            st.markdown(f"{letter}: not played to the end, {job.problem or 'stopped'}.")
            if st.button("Play", icon=":material/play_arrow:", key=f"again/{place}", help=f"Plays all of scenario {letter} from the beginning"):
                backstage().resume(scenario)
                st.rerun()
            return
        st.progress(job.progress, text=f"{letter}: {len(job.done)} of {len(job.tasks)} plays of the whole scenario")
        if st.button("Cancel", icon=":material/stop:", key=f"cancel/{place}", help=f"Stops playing scenario {letter}; what was played is shown"):
            backstage().cancel(scenario)
            st.rerun()
