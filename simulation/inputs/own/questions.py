"""About eight questions that a firm can answer, each also with "don't know"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulation.errors import InputError, unknown
from simulation.inputs.exports.numerals import POINT, bare
from simulation.inputs.parameters import Scenario

UNKNOWN = {"", "?", "-", "don't know", "dont know", "don’t know", "do not know", "no idea", "not known", "unknown", "none"}
"""What counts as "don't know", in any case of letters."""

LETTERS = {"k": 1e3, "m": 1e6, "bn": 1e9}
NUMBER = re.compile(r"([+-]?[\d.,]+)(k|m|bn)?", re.IGNORECASE)
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class Enrolled(NamedTuple):
    """Who takes part: a number of employees, or a fraction of them."""

    amount: float
    fraction: bool


class Question(NamedTuple):
    """One question; `key` is the scenario's, under which unit, range and basis are found."""

    name: str
    asks: str
    unit: str
    key: str
    read: Callable[[str, str], Any]
    instead: str
    """What is used where the answer is not known, and what to do about that."""
    basis: str = ""
    """The key whose evidence that rests on, where it is another."""


def read_answers(texts: Mapping[str, str]) -> dict[str, Any]:
    """
    Answers as values, None for those that are not known; every question has one.

    Raises
    ------
    InputError
        An answer to no question, or one that cannot be read or used: which, what was given, what is allowed.
    """
    for name in texts:
        if name not in BY_NAME:
            raise unknown("--answer", "question", name, BY_NAME)
    answers = {question.name: read_answer(question, texts.get(question.name, "")) for question in QUESTIONS}
    enrolled, employees = answers["enrolled"], answers["employees"] or Scenario().society.employees
    if enrolled is not None and not enrolled.fraction and enrolled.amount > employees:
        raise InputError(f"enrolled: given {enrolled.amount:,.0f}; allowed: 0 to {employees:,}, the employees{'' if answers['employees'] else ' of the baseline'}, or a percentage")
    return answers


def read_answer(question: Question, text: str) -> Any:
    """The value of one answer, None where it is not known. Raises `InputError`."""
    said = text.strip()
    return None if said.lower() in UNKNOWN else question.read(question.name, said)


def number(name: str, text: str) -> float:
    """A number as people write it: 15,000, 15k, $1.2m, 30."""
    plain = bare(text)
    found = NUMBER.fullmatch(plain)
    if found is None or ("," in found[1] and not GROUPED.fullmatch(found[1])):
        raise InputError(f"{name}: given '{text[:60]}'; allowed: a number such as 1500, 1,500 or 1.5k (decimals with a point), or 'don't know'")
    try:
        return float(found[1].replace(POINT.thousands, "")) * LETTERS.get((found[2] or "").lower(), 1.0)
    except ValueError:
        raise InputError(f"{name}: given '{text[:60]}'; allowed: a number such as 1500, or 'don't know'") from None


def _people(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        value = number(name, text)
        if value != round(value) or not low <= value <= high:
            raise InputError(f"{name}: given '{text[:60]}'; allowed: a whole number, {low:,} to {high:,}, or 'don't know'")
        return round(value)

    return read


def _amount(low: float, high: float) -> Callable[[str, str], float]:
    def read(name: str, text: str) -> float:
        value = number(name, text)
        if not low <= value <= high:
            raise InputError(f"{name}: given '{text[:60]}'; allowed: {low:,g} to {high:,.12g}, or 'don't know'")
        return value

    return read


def _enrolled(name: str, text: str) -> Enrolled:
    value = number(name, text)
    percent = text.rstrip().endswith("%")
    fraction = percent or 0 < value < 1
    value = value / 100.0 if percent else value
    if value < 0 or (fraction and value > 1) or (not fraction and value != round(value)):
        raise InputError(f"{name}: given '{text[:60]}'; allowed: a number of employees, or a percentage such as 30%, or 'don't know'")
    return Enrolled(value, fraction)


def _currency(name: str, text: str) -> str:
    code = {"$": "USD", "€": "EUR", "£": "GBP"}.get(text, text.upper())
    if not re.fullmatch("[A-Z]{3}", code):
        raise InputError(f"{name}: given '{text[:60]}'; allowed: a code of three letters such as USD, EUR or GBP, or 'don't know'")
    return code


_BASELINE = Scenario()
QUESTIONS = (
    Question("employees", "How many employees does the firm have?", "people", "society.employees", _people(1, 1_000_000),
             f"{_BASELINE.society.employees:,}, the example of the baseline and no estimate of your firm"),
    Question("enrolled", "How many of them are, or would be, in the programme?", "a number, or a percentage", "programme.enrolment_fraction", _enrolled,
             f"{_BASELINE.programme.enrolment_fraction:.0%}, an example; compare 10%, 30% and 60%"),
    Question("followers", "How many followers has the firm's page, on each platform?", "people", "page.followers", _people(0, 100_000_000),
             f"a {_BASELINE.page.network_ratio:g}th of the employees' own networks together, drawn with them", "page.network_ratio"),
    Question("posts", "How many posts a week would employees be offered for sharing?", "items per week", "programme.items_per_week", _amount(0, 50),
             f"{_BASELINE.programme.items_per_week:g}, an example; compare 1, 3 and 10"),
    Question("budget", "What is the ad budget of the whole period?", "money", "paid.budget", _amount(0, 1e12),
             "what the programme is planned to cost, so that both cost the same", "paid.match_programme_cost"),
    Question("cpm", "What do a thousand ad impressions cost (CPM)?", "money per 1,000", "paid.cpm", _amount(0.01, 100_000),
             f"published prices ({', '.join(f'{name} {price:g}' for name, price in _BASELINE.paid.cpm.items())}); the chart of the verdict shows other prices"),
    Question("market", "How many people are in the market that you want to reach?", "people", "market.consumers", _people(10, 100_000_000),
             f"{_BASELINE.market.consumers:,}, an example; compare a tenth and ten times as many"),
    Question("currency", "In which currency is all money?", "code of three letters", "currency", _currency,
             f"{_BASELINE.currency}, the currency of the published prices"),
)
BY_NAME = {question.name: question for question in QUESTIONS}
