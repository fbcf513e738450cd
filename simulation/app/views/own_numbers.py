"""The page that asks about eight questions and makes a scenario of the answers."""

from __future__ import annotations

import streamlit as st

from simulation.app.sides import LETTERS, side_of
from simulation.app.views.session import desk
from simulation.errors import InputError
from simulation.inputs.own.file import scenario_file, settings_of, unknowns, warnings
from simulation.inputs.own.questions import QUESTIONS, read_answer, read_answers
from simulation.inputs.scenario import DEFAULT, load_scenario


def show() -> None:
    """Questions, what stands in for what is not known, and the way to the comparison."""
    st.title("Start from your own numbers")
    st.markdown("Eight questions. Leave empty what you don't know: what stands in for it, and where that comes from, is said below.")
    title = st.text_input("A name for it", value="Our firm", max_chars=80, key="own/title", persist_state="session")
    texts: dict[str, str] = {}
    left, right = st.columns(2, gap="large")
    for number, question in enumerate(QUESTIONS):
        with left if number < len(QUESTIONS) / 2 else right:
            texts[question.name] = st.text_input(f"{question.asks}", key=f"own/{question.name}", placeholder=f"don't know ({question.unit})", persist_state="session",
                                                 help=f"Unit: {question.unit}. Not known: {question.instead}. Key: `{question.key}`".replace("$", "\\$"))
            try:
                read_answer(question, texts[question.name])
            except InputError as error:
                st.error(str(error), icon=":material/error:")
    try:
        answers = read_answers(texts)
    except InputError as error:
        st.error(f"Not yet usable: {error}", icon=":material/error:")
        return
    for warning in warnings(answers):
        st.warning(f"Mind: {warning}.", icon=":material/info:")
    text = scenario_file(texts, title or "Our firm")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        letters = LETTERS[: len(desk().sides)]
        letter = st.segmented_control("In the place of", list(letters), format_func=str.upper, default=letters[0], required=True, key="own-into")
        if st.button("Use in the comparison", icon=":material/arrow_forward:"):
            changes = {key: (value, ("your own numbers", 0)) for key, value in {"title": title or "Our firm", **settings_of(answers)}.items()}
            desk().put(letters.index(letter or letters[0]), side_of(load_scenario(DEFAULT, changes=changes).named("own")))
            st.toast(f"Scenario {(letter or letters[0]).upper()} is now yours: see Compare")
        st.download_button("Save as a scenario file", text, "our_firm.yaml", "application/yaml", on_click="ignore", icon=":material/download:")
    missing = unknowns(answers)
    st.header("What is not known", anchor=False)
    if not missing:
        st.markdown("Everything was answered.")
    for question, instead in missing:
        st.markdown(f"- **{question.name}**: {instead}".replace("$", "\\$"))
    st.header("The scenario file", anchor=False)
    st.code(text, language=None, wrap_lines=True)
