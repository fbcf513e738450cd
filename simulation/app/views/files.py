"""What goes out of the page and comes in: scenario files, links, reports, slides, workbooks."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from simulation.app.backstage import backstage
from simulation.app.serving import UPLOAD_MB
from simulation.app.sides import LETTERS, to_link
from simulation.app.views.session import desk
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.presentation.exports import Shown
from simulation.presentation.result import Comparison

TYPES = {"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "html": "text/html"}


def save_and_share() -> None:
    """Scenarios as files, and the link to all of them."""
    with st.popover("Save and share", icon=":material/share:"):
        for letter, side in zip(LETTERS, desk().sides, strict=False):
            name = f"{side.base}_{letter}.yaml" if side.edited else f"{side.base}.yaml"
            st.download_button(f"Save {letter.upper()} as a scenario file", side.text(), name, "application/yaml", key=f"save/{letter}", on_click="ignore",
                               icon=":material/download:")
        try:
            query = urlencode(to_link(desk().sides))
        except InputError as error:
            st.markdown(str(error))
            return
        st.markdown("This link opens the page as it is now, wherever `advocacy app` runs at this address:")
        st.code(f"{_here()}?{query}", language=None, wrap_lines=True)


def load() -> None:
    """A scenario file in the place of a side."""
    with st.popover("Load", icon=":material/upload_file:"):
        letters = LETTERS[: len(desk().sides)]
        letter = st.segmented_control("In the place of", list(letters), format_func=str.upper, default=letters[0], required=True, key="load-into")
        file = st.file_uploader("Scenario file (YAML)", type=["yaml", "yml"], max_upload_size=UPLOAD_MB, key=f"load/{st.session_state.get('loads', 0)}")
        if file is not None:
            st.session_state["loads"] = st.session_state.get("loads", 0) + 1
            desk().load(letters.index(letter or letters[0]), file.name, file.getvalue())
            st.rerun()


def export(scenarios: list[Scenario]) -> None:
    """Report, slides and workbook of what was played whole."""
    outcomes = {letter: backstage().whole(scenario) for letter, scenario in zip(LETTERS, scenarios, strict=False)}
    whole = {letter: outcome.result for letter, outcome in outcomes.items() if outcome is not None and outcome.result is not None}
    with st.popover("Report and slides", icon=":material/description:"):
        if not whole:
            st.markdown("They are made of whole scenarios: wait until one is played in the background.")
            return
        choices: dict[str, Shown] = {f"Scenario {letter.upper()}": result for letter, result in whole.items()}
        if len(whole) > 1:
            choices = {"All side by side": Comparison(list(whole.values())), **choices}
        chosen = st.selectbox("Of", list(choices), key="export-of")
        for kind, label in (("html", "Report, one web page"), ("pptx", "Slides, PowerPoint"), ("xlsx", "Figures, Excel")):
            st.download_button(label, _maker(kind, choices[chosen]), f"advocacy_{chosen.lower().replace(' ', '_')}.{kind}", TYPES[kind], key=f"export/{kind}", on_click="ignore",
                               icon=":material/download:")


def _maker(kind: str, shown: Shown) -> Callable[[], bytes]:
    """Makes the file once it is asked for."""

    def make() -> bytes:
        from simulation.presentation import exports

        match kind:
            case "html":
                return exports.html_report(shown).encode("utf-8")
            case "pptx":
                return exports.deck(shown)
        return exports.workbook(shown)

    return make


def _here() -> str:
    """The page's address without its parameters."""
    return str(st.context.url or "").partition("?")[0]
