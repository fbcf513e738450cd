"""The page of commands, from the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from making.markdown import directive, plain, sentence
from simulation.cli import app

HEAD = """# Commands

Written from the program; `advocacy COMMAND --help` says the same. A mistake of yours ends with status 2 and one message, a fault of the program with 1, Ctrl-C with 130.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups opened."""
    yield from _below("advocacy", typer.main.get_command(app))


def page() -> str:
    """The page in Markdown."""
    return HEAD + "".join(f"\n{_section(name, command)}" for name, command in commands())


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, below in inner.items():
        if not below.hidden:
            yield from _below(f"{name} {word}", below)


def _section(name: str, command: Any) -> str:
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    usage = " ".join([name, *(_argument(param) for param in arguments), *(["[OPTIONS]"] if options else [])])
    parts = [f"## {name.removeprefix('advocacy ')}\n", f"{_prose(command.help or '')}\n", directive("program", name, ""), f"```text\n{usage}\n```\n"]
    parts += [f"**{plain(_argument(param))}**: {_prose(param.help or '')}\n" for param in arguments]
    parts += [directive("option", _spelling(param), _words(param)) for param in options]
    return "\n".join(parts)


def _prose(text: str) -> str:
    """Help as a sentence, options in it as code."""
    pieces = re.split(r"(?<![\w-])(--[a-z][a-z-]*(?: [\w.]+=[\w.]+)?)", sentence(text))
    return "".join(f"`{piece}`" if number % 2 else plain(piece) for number, piece in enumerate(pieces))


def _argument(param: Any) -> str:
    return str(param.metavar or (param.name or "").upper())


def _spelling(param: Any) -> str:
    """How an option is written, both ways of a switch."""
    if param.is_flag:
        return ", ".join([*param.opts, *param.secondary_opts])
    return ", ".join(f"{option} {param.metavar or 'VALUE'}" for option in param.opts)


def _words(param: Any) -> str:
    """What an option does, with its default where it says something."""
    words = _prose(param.help or "")
    if param.required:
        return f"{words} Required."
    default = param.default
    if callable(default) or default in (None, False, [], ()):
        return words
    return f"{words} Default: `{'on' if default is True else default}`."
