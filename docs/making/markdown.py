"""Markdown as MyST reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping


def directive(name: str, argument: str, body: str, options: Mapping[str, str] | None = None) -> str:
    """A directive with its options and its words; the fence is longer than any inside."""
    fence = "`" * (max((len(found) for found in re.findall("^`{3,}", body, re.MULTILINE)), default=2) + 1)
    written = "".join(f":{key}: {value}".rstrip() + "\n" for key, value in (options or {}).items())
    inside = f"{written}\n{body.strip()}\n" if body.strip() else written
    return f"{fence}{{{name}}} {argument}".rstrip() + f"\n{inside}{fence}\n"


def plain(text: str) -> str:
    """Text in which no character means anything."""
    return re.sub(r"([\\`*_\[\]<>$|#{}])", r"\\\1", text)


def sentence(text: str) -> str:
    """A text that begins with a capital letter, unless it begins with a name, and ends with a full stop."""
    text = text.strip()
    name = any(mark in text.partition(" ")[0].rstrip(".,:;") for mark in "._/")
    return text if not text else (text if name else text[0].upper() + text[1:]) + ("" if text.endswith((".", "?", "!")) else ".")
