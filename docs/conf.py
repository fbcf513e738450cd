"""How Sphinx builds the site; `build.py` lays out its sources."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Any

from docutils import nodes
from pygments.lexers.shell import BashLexer
from pygments.lexers.special import TextLexer

project = "Advocacy Reach"
author = "The authors of Advocacy Reach"
project_copyright = "the authors, Apache-2.0"
version = release = installed("advocacy-reach")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_search_summary = False  # it fetches pages, which a browser refuses to do for files
html_show_sphinx = html_show_sourcelink = html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#005A8C", "color-brand-content": "#005A8C", "color-api-name": "#005A8C", "color-api-pre-name": "#5B626B"},
    "dark_css_variables": {"color-brand-primary": "#7CC4F0", "color-brand-content": "#7CC4F0", "color-api-name": "#7CC4F0", "color-api-pre-name": "#A8B0B9"},
    "footer_icons": [],
}
html_favicon = "_static/mark.svg"
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
smartquotes = False  # two dashes before an option are two dashes
default_role = "code"
toc_object_entries = False
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_inherit_docstrings = False
napoleon_google_docstring = False
pygments_style, pygments_dark_style = "tango", "github-dark"


PROPERTIES: dict[str, list[str]] = {}


def described(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Our parameters are written `name : words`; numpydoc wants words on a line of their own."""
    if what in {"property", "attribute"}:
        PROPERTIES[name] = list(lines)
    section, found = "", []
    for number, line in enumerate(lines):
        if number + 1 < len(lines) and set(lines[number + 1]) == {"-"}:
            section = line
        left, colon, words = line.partition(" : ")
        if section == "Parameters" and colon and not left.startswith(" "):
            found += [left, f"    {words}"]
        else:
            found.append(line)
    lines[:] = found


def restored(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Napoleon takes what stands before a colon for the type of a property; put back what was written."""
    lines[:] = PROPERTIES.pop(name, lines)


def dashed(app: Any, tree: nodes.document) -> None:
    """Sphinx writes two dashes between a parameter and its words."""
    for text in list(tree.findall(nodes.Text)):
        if str(text) == " -- ":
            text.parent.replace(text, nodes.Text(" – "))


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.add_lexer("csv", TextLexer)
    app.add_lexer("console", BashLexer)  # our blocks hold commands without a prompt
    app.connect("autodoc-process-docstring", described, priority=100)
    app.connect("autodoc-process-docstring", restored, priority=900)
    app.connect("doctree-read", dashed)
