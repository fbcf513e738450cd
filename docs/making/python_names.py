"""The page of Python names, from what the package offers; Sphinx fills in the words."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import simulation
from making.markdown import directive

HEAD = """# Python

What `from simulation import ...` offers. Names are loaded on first use, so importing the package costs nothing.
Whoever makes a mistake gets an `InputError`, whose text is one message to show.
"""
GROUPS: dict[str, Callable[[object], bool]] = {"Questions": inspect.isfunction, "Answers and parts": inspect.isclass}


def page() -> str:
    """The page in Markdown: functions first, then classes, in the order of `simulation.__all__`."""
    parts = [HEAD]
    for title, is_one in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_entry(name) for name in simulation.__all__ if is_one(getattr(simulation, name))]
    return "\n".join(parts)


def _entry(name: str) -> str:
    """A function with its signature; a class with its own members, without its many fields."""
    if inspect.isfunction(getattr(simulation, name)):
        body = f".. autofunction:: simulation.{name}"
    else:
        body = f".. autoclass:: simulation.{name}()\n   :members:\n   :exclude-members: model_config, model_fields, model_post_init, model_computed_fields"
    return f"### {name}\n\n" + directive("eval-rst", "", body)
