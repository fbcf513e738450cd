"""The page on which the model of agents steps, on a drawn network."""

from __future__ import annotations

import streamlit as st

from simulation.app.sides import LETTERS, scenarios_of
from simulation.app.views.session import desk
from simulation.app.watching import FAMILIES, Watch, small_world
from simulation.app.watching_picture import alt_text, counts_table, picture
from simulation.errors import InputError

EVERY_SECONDS = 0.8


def show() -> None:
    """Controls, the network, and how many were reached so far."""
    st.title("Watch it spread")
    st.markdown("A small firm and its market, day by day: every mark is a person of the model, every line is a tie. "
                "It is far too small to forecast from; it shows how posts and ads travel.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        letters = LETTERS[: len(desk().sides)]
        letter = st.segmented_control("Settings of scenario", list(letters), format_func=str.upper, default=letters[0], required=True, key="watch/side") or letters[0]
        family = st.selectbox("Network", list(FAMILIES), format_func=lambda name: FAMILIES[name], key="watch/family")
    left, right = st.columns(2, gap="large")
    employees = left.slider("Employees", 5, 60, 20, key="watch/employees")
    consumers = right.slider("People in the market", 50, 350, 180, step=10, key="watch/consumers")
    with st.container(horizontal=True):
        programme = st.toggle("Programme", value=True, key="watch/programme")
        ads = st.toggle("Ads", value=True, key="watch/ads")
    try:
        scenario = small_world(scenarios_of(desk().sides)[letters.index(letter)], employees, consumers, family)
        setting = (scenario.model_dump_json(), programme, ads)
        if st.session_state.get("watch/setting") != setting:
            st.session_state["watch"], st.session_state["watch/setting"] = Watch(scenario, programme, ads), setting
            st.session_state["watch/playing"] = False
    except InputError as error:
        st.error(str(error), icon=":material/error:")
        return
    playing = st.session_state.get("watch/playing", False)
    st.fragment(_stage, run_every=EVERY_SECONDS if playing else None)()


def _stage() -> None:
    """The buttons and the picture; steps by itself while it plays."""
    watch: Watch = st.session_state["watch"]
    playing = st.session_state.get("watch/playing", False)
    if playing:
        watch.step()
    if playing and watch.over:
        st.session_state["watch/playing"] = False
        st.rerun()
    with st.container(horizontal=True):
        if st.button("Pause" if playing else "Play", icon=":material/pause:" if playing else ":material/play_arrow:", key="watch/play", disabled=watch.over):
            st.session_state["watch/playing"] = not playing
            st.rerun()
        st.button("One day on", icon=":material/skip_next:", key="watch/step", disabled=watch.over or playing, on_click=watch.step)
        st.button("One week on", icon=":material/fast_forward:", key="watch/week", disabled=watch.over or playing, on_click=watch.step, args=(7,))
        st.button("From the start", icon=":material/restart_alt:", key="watch/reset", on_click=watch.reset)
    st.markdown(f"**{watch.said()}**")
    left, right = st.columns([3, 1], gap="large")
    with left:
        st.image(picture(watch), width="stretch", alt=alt_text(watch))
    with right:
        st.html(counts_table(watch))
