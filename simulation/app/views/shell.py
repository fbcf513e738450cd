"""The frame of all pages: title, look, and the way from one to another."""

from __future__ import annotations

import traceback

import numpy as np
import streamlit as st
from PIL import Image

from simulation.app.views import compare, own_numbers, watch

LOOK = """
<style>
  .block-container { padding-top: 4.5rem; padding-bottom: 3rem; max-width: 92rem; }
  h1 { font-size: clamp(1.5rem, 4.5vw, 2.2rem) !important; padding-bottom: 0.25rem !important; }
  h2 { font-size: 1.35rem !important; padding-top: 0.5rem !important; }
  h3 { font-size: 1.1rem !important; }
  table { width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; border-collapse: collapse; }
  .figures td:nth-child(n+2), .figures th:nth-child(n+2) { text-align: right; white-space: normal; }
  .sources td:nth-child(n+2), .sources th:nth-child(n+2) { text-align: left; overflow-wrap: anywhere; }
  .figures td, .figures th { padding: 0.32rem 0.4rem; border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); vertical-align: top; }
  .figures th { font-weight: 600; text-align: left; }
  .figures .range { display: block; opacity: 0.85; font-size: 0.82rem; white-space: nowrap; }
  .answer { font-size: 1.12rem; line-height: 1.45; margin: 0 0 0.4rem; }
  .standing { font-size: 0.92rem; margin: 0 0 0.6rem; padding-left: 0.6rem; border-left: 4px solid #E69F00; }
  .standing.whole { border-left-color: #009E73; }
  .mark { display: inline-block; width: 0.85rem; height: 0.85rem; margin-right: 0.3rem; vertical-align: -0.1rem; border: 2px solid #8A929C; }
  .round { border-radius: 50%; }
  [data-stale="true"] { opacity: 1 !important; transition: none !important; } /* what is being renewed stays readable */
  :focus-visible { outline: 3px solid #E69F00 !important; outline-offset: 2px; }
  @media (max-width: 640px) { .block-container { padding-left: 0.9rem; padding-right: 0.9rem; } .figures td, .figures th { padding: 0.3rem 0.2rem; } }
  @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
</style>
"""


def show() -> None:
    """Draw the page that is asked for."""
    st.set_page_config(page_title="Advocacy Reach", page_icon=_icon(), layout="wide")
    st.html(LOOK)
    pages = [st.Page(compare.show, title="Compare", url_path="compare", default=True), st.Page(own_numbers.show, title="Your own numbers", url_path="own-numbers"),
             st.Page(watch.show, title="Watch it spread", url_path="watch")]
    chosen = st.navigation(pages, position="top")
    try:
        chosen.run()
    except Exception:
        traceback.print_exc()
        st.error("This is a fault of the program, not of your input; nothing that you set is lost. Please report the lines below, where you got the program from.")
        st.code(traceback.format_exc(limit=-4), language=None, wrap_lines=True)


def _icon() -> Image.Image:
    """A blue square beside a vermilion one: a programme and ads. Streamlit's own icons come from outside."""
    icon = np.full((32, 32, 3), 255, dtype=np.uint8)
    icon[6:26, 2:15], icon[6:26, 17:30] = (0, 114, 178), (213, 94, 0)
    return Image.fromarray(icon)
