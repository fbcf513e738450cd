"""The main page: two or three scenarios side by side."""

from __future__ import annotations

import html

import streamlit as st

from simulation.app.backstage import backstage
from simulation.app.conditions import conditions, headline, word
from simulation.app.drawings import cost, frequency, overlap, reach_over_time
from simulation.app.outcome import Outcome
from simulation.app.sides import LETTERS, MOST_SIDES, Side, offered, scenarios_of, shipped
from simulation.app.views import files
from simulation.app.views.moving import levers, sources
from simulation.app.views.refining import refine
from simulation.app.views.session import desk, write_link
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.presentation.answer import differences_answer, reading
from simulation.presentation.figures import Kind, Row, Value, sides, with_interval
from simulation.presentation.numbers import ratio
from simulation.presentation.result import Comparison

FIRST_ROWS = ("People added to what happens anyway", "... seen 3 times or more", "Cost", "Cost per person added on top of the other")
"""Figures that stand above the levers; the others are a click away."""


def show() -> None:
    """Draw it: tools, the sides with their answers and levers, then the charts."""
    st.title("Do employees who share posts reach more people than ads?")
    st.markdown("Move a lever: a small society answers at once, and the whole scenario is played in the background. Ranges hold 90% of replications.")
    write_link()
    scenarios = scenarios_of(desk().sides)
    for scenario in scenarios:
        if backstage().whole(scenario) is None:
            backstage().ask(scenario)
    _tools(scenarios)
    _problems()
    refine(scenarios)
    outcomes = []
    for place, (scenario, column) in enumerate(zip(scenarios, st.columns(len(scenarios), gap="large", border=True), strict=True)):
        with column:
            outcomes.append(_side(place, desk().sides[place], scenario))
    known = [(letter.upper(), outcome) for letter, outcome in zip(LETTERS, outcomes, strict=False) if outcome is not None]
    if known:
        _charts(known)
    sources()


def _tools(scenarios: list[Scenario]) -> None:
    here = desk()
    with st.container(horizontal=True, gap="small"):
        st.button("Undo", icon=":material/undo:", disabled=not here.undoable, on_click=here.undo, key="undo", help="Takes the latest change back")
        st.button("Reset", icon=":material/restart_alt:", disabled=not here.changed, on_click=here.reset, key="reset",
                  help="All as it was when the page was opened; Undo brings it back")
        st.button("Add a scenario", icon=":material/add:", disabled=len(here.sides) >= MOST_SIDES, on_click=here.add, key="add",
                  help="One more beside these, a copy of the last")
        files.save_and_share()
        files.load()
        files.export(scenarios)


def _problems() -> None:
    """What was refused, in the page, until the next change that is accepted or until it is put away."""
    for number, problem in enumerate(desk().problems):
        st.error(problem, icon=":material/error:")
        st.button("Put away", key=f"away/{number}", on_click=desk().problems.remove, args=(problem,))


def _side(place: int, side: Side, scenario: Scenario) -> Outcome | None:
    """One scenario: what it starts from, its answer and figures, its levers."""
    letter = LETTERS[place].upper()
    st.header(f"{letter}: {scenario.title}", anchor=False)
    outcome: Outcome | None = None
    waiting = st.empty()
    try:
        outcome = backstage().whole(scenario) or backstage().preview(scenario, lambda: waiting.markdown("Playing a small society ..."))
        waiting.empty()
    except InputError as error:
        st.error(f"Scenario {letter} cannot be played: {error}", icon=":material/error:")
    if outcome is not None:
        _answer(outcome)
        rows = sides(outcome.summary)
        first = [row for row in rows if row.label in FIRST_ROWS]
        st.html(_table(first, scenario.currency))
        with st.expander("More figures", key=f"more/{place}"):
            more = Row("Reached by both", "people", "people", *(outcome.summary["groups"]["programme_and_paid"],) * 2)
            st.html(_table([*(row for row in rows if row not in first), more], scenario.currency))
    levers(place, scenario)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _base(place, side)
        if len(desk().sides) > 1:
            st.button("Remove", icon=":material/close:", key=f"remove/{place}", on_click=desk().remove, args=(place,),
                      help=f"Takes scenario {letter} off the page; Undo brings it back")
    return outcome


def _base(place: int, side: Side) -> None:
    key = f"base/{place}"
    if st.session_state.get(key) != side.base:
        st.session_state[key] = side.base
    st.selectbox("Start from", offered(), key=key, format_func=lambda name: shipped(name).title,
                 help="A shipped scenario; changes of this side are given up, Undo brings them back", on_change=lambda: desk().rebase(place, st.session_state[key]))


def _answer(outcome: Outcome) -> None:
    said = reading(outcome.scenario, outcome.summary)
    st.html(f'<p class="answer">{html.escape(said[0])}</p>' + f'<p class="standing{"" if outcome.preview else " whole"}">{html.escape(standing(outcome))}</p>')


def standing(outcome: Outcome) -> str:
    """How far to trust what is shown: of what it comes."""
    number, scenario = outcome.replications, outcome.scenario
    if outcome.preview:
        part = "the whole firm" if outcome.size >= 1 else f"a society {ratio(1 / outcome.size)} times smaller, multiplied back"
        return f"Preview: {number} replications of {part}, in weekly steps."
    if outcome.summary["complete"]:
        return f"Whole scenario: {number} replications, {scenario.society.employees:,} employees, {scenario.market.consumers:,} people in the market."
    return f"Stopped early: {number} of {scenario.run.replications} replications of the whole scenario."


def _table(rows: list[Row], currency: str) -> str:
    """Figures of programme and ads, as a table of HTML."""
    body = "".join(f'<tr><th scope="row">{html.escape(row.label)}</th><td>{_cell(row.programme, row.kind, currency)}</td><td>{_cell(row.paid, row.kind, currency)}</td></tr>'
                   for row in rows)
    return f'<table class="figures"><thead><tr><th scope="col">Measure</th><th scope="col">Programme</th><th scope="col">Ads</th></tr></thead><tbody>{body}</tbody></table>'


def _cell(value: Value, kind: Kind, currency: str) -> str:
    """A figure, and its range on a line of its own."""
    middle, bracket, span = with_interval(value, kind, currency).partition(" (")
    return html.escape(middle) + (f'<span class="range">{html.escape(span.rstrip(")"))}</span>' if bracket else "")


def _charts(known: list[tuple[str, Outcome]]) -> None:
    """Charts of all sides, told by their letters, on common scales, and what would turn the verdict."""
    outcomes = [outcome for _, outcome in known]
    st.header("Charts", anchor=False)
    kinds = {"Reach over time": reach_over_time, "Overlap": overlap, "Frequency": frequency, "Cost": cost}
    differing = differences(outcomes)
    tabs = st.tabs([*kinds, "What would have to be true for ads to win", *(["Differences"] if differing else [])])
    for tab, (name, draw) in zip(tabs, kinds.items(), strict=False):
        with tab:
            for (letter, outcome), column in zip(known, st.columns(len(known), gap="large"), strict=True):
                with column:
                    st.subheader(f"{letter}: {outcome.scenario.title}", anchor=False)
                    drawing = draw(outcome, outcomes)
                    st.altair_chart(drawing.chart, alt=drawing.alt_text, width="stretch", key=f"chart/{name}/{letter}")
    with tabs[len(kinds)]:
        for (letter, outcome), column in zip(known, st.columns(len(known), gap="large"), strict=True):
            with column:
                st.subheader(f"{letter}: {outcome.scenario.title}", anchor=False)
                _conditions(outcome)

    if differing:
        with tabs[-1]:
            st.markdown("\n\n".join(differing).replace("$", "\\$"))


def differences(outcomes: list[Outcome]) -> list[str]:
    """What each further scenario changes against the first, once both were played whole; a line each."""
    results = [outcome.result for outcome in outcomes if outcome.result is not None and outcome.result.complete]
    if len(results) < 2 or len(results) < len(outcomes):
        return []
    return [line.strip() for line in differences_answer(Comparison(results).differences()).splitlines()]


def _conditions(outcome: Outcome) -> None:
    st.markdown(headline(outcome))
    found = conditions(outcome)
    if not found:
        st.markdown("Nothing to turn: the programme or the ads are off, or the programme adds nobody.")
        return
    rows = "".join(f'<tr><th scope="row">{html.escape(condition.asks)}</th><td>{html.escape(condition.now)}</td><td>{word(condition)}</td></tr>' for condition in found)
    st.html('<table class="figures"><thead><tr><th scope="col">Ads win for reach if, all else equal, ...</th><th scope="col">Now</th><th scope="col">Holds?</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>")
