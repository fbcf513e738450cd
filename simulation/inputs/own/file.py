"""Answers as a scenario file: what was given, what was not known, and where that came from instead."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from simulation.inputs.evidence import bases, load_evidence
from simulation.inputs.own.questions import QUESTIONS, Enrolled, Question, read_answers
from simulation.inputs.parameters import Scenario
from simulation.inputs.posterior import load_posterior
from simulation.inputs.scenario import DEFAULT, nested
from simulation.inputs.yaml_text import write_mapping

WIDTH = 110


def settings_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted scenario keys and values of the answers that are known."""
    settings: dict[str, Any] = {}
    for question in QUESTIONS:
        value = answers[question.name]
        if value is None:
            continue
        if isinstance(value, Enrolled):
            employees = answers["employees"] or Scenario().society.employees
            settings[question.key] = value.amount if value.fraction else round(value.amount / employees, 6)
        elif question.name == "cpm":
            settings |= {f"{question.key}.{platform}": value for platform in Scenario().paid.cpm}
        else:
            settings[question.key] = value
    return settings


def unknowns(answers: Mapping[str, Any]) -> list[tuple[Question, str]]:
    """Each question without an answer, and in a sentence what is used instead and whether its uncertainty is in the intervals."""
    return [(question, _instead(question)) for question in QUESTIONS if answers[question.name] is None]


def warnings(answers: Mapping[str, Any]) -> list[str]:
    """What should be known about the answers that were given."""
    said = []
    if answers["currency"] not in (None, "USD"):
        said.append(f"costs that you do not set (seats, coordinator, content, wages, ad creative) are the baseline's dollar figures, read as {answers['currency']}: not converted")
    if answers["enrolled"] is not None and not answers["enrolled"].fraction and answers["employees"] is None:
        said.append(f"the number enrolled is taken as a part of the baseline's {Scenario().society.employees:,} employees")
    return said


def scenario_file(texts: Mapping[str, str], title: str = "Our firm") -> str:
    """
    The YAML text of a scenario that extends the baseline by what was answered; comments say what was not known, and why the rest is as it is.

    Raises
    ------
    InputError
        An answer that cannot be used.
    """
    answers = read_answers(texts)
    settings, given = settings_of(answers), [question.name for question in QUESTIONS if answers[question.name] is not None]
    head: dict[str, Any] = {"extends": DEFAULT, "title": title,
                            "purpose": "With our own numbers, do employees who share posts reach more people than ads, and at what cost?",
                            "sources": [f"Own figures: {', '.join(given) or 'none given'}", f"Everything else as in {DEFAULT}, see the sources there"]}
    lines = ["# Written by advocacy scenario new. Play it with: advocacy compare, and the name of this file.", write_mapping(head | nested(settings)).rstrip()]
    for question, instead in unknowns(answers):
        lines += ["", *_comment(f"Not known: {question.name} ({question.key}). {instead}")]
    for warning in warnings(answers):
        lines += ["", *_comment(f"Mind: {warning}.")]
    lines += ["", *_comment(f"Beside these, {len(load_posterior().draws)} parameters that nobody has measured well (how visible a post is, how many contacts belong to the "
                            "market, and so on) are drawn from the calibrated posterior for every replication, and are in every interval. "
                            "What you write here yourself is held instead.")]
    return "\n".join(lines) + "\n"


def _instead(question: Question) -> str:
    """What stands in for an answer, where it comes from, and whether its uncertainty is in the intervals."""
    figures = [load_evidence()[key] for key in dict(bases()).get(question.basis or question.key, {}).get("evidence", [])]
    source = "; ".join(dict.fromkeys(f"{figure.source} (confidence {figure.confidence})" for figure in figures))
    uncertain = question.key in load_posterior().draws
    interval = "It is drawn from the posterior, so its uncertainty is in every interval" if uncertain else "Its uncertainty is in no interval"
    return f"Instead: {question.instead}. {f'Source: {source}. ' if source else ''}{interval}."


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)
