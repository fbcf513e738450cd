"""Audiences in rows: what goes in comes out, unused accounts only where they are asked for, and each contact is listed once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation.inputs.parameters import Scenario
from simulation.society.audiences import Audiences, Contacts, Live
from simulation.society.follows import EMPLOYEES, Follows
from simulation.society.luck import Luck
from simulation.society.society import Society

Rows = list[dict[int, float]]
PEOPLE = st.integers(0, 60) | st.integers(EMPLOYEES, EMPLOYEES + 9)
ROWS = st.lists(st.dictionaries(PEOPLE, st.sampled_from([0.0, 1e-9, 0.5, 7.0]), max_size=8), max_size=7)
"""Followers and how much each receives, one dictionary an author."""


def followed(rows: Rows) -> tuple[Follows, NDArray[np.float64]]:
    """The same as arrays."""
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    pairs = [pair for row in rows for pair in sorted(row.items())]
    return Follows(starts, np.array([person for person, _ in pairs], dtype=np.int64)), np.array([reception for _, reception in pairs])


def live_row(live: Live, row: int) -> dict[int, float]:
    part = slice(live.starts[row], live.starts[row + 1])
    assert np.all(np.diff(live.people[part]) > 0)
    return dict(zip(live.people[part].tolist(), live.reception[part].tolist(), strict=True))


@given(rows=ROWS)
def test_every_audience_comes_out_as_it_went_in(rows: Rows) -> None:
    audiences = Audiences.of(*followed(rows))
    assert len(audiences) == len(rows)
    assert [dict(zip(audience.followers.tolist(), audience.reception.tolist(), strict=True)) for audience in audiences] == rows
    for place in (*range(len(rows)), *range(-len(rows), 0)):
        assert audiences[place].followers.tolist() == sorted(rows[place])
    for place in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError):
            audiences[place]


@given(rows=ROWS)
def test_live_rows_have_those_whose_accounts_are_in_use(rows: Rows) -> None:
    live = Audiences.of(*followed(rows)).live
    assert live.starts.size == len(rows) + 1
    assert live.starts[0] == 0
    assert live.starts[-1] == live.people.size == live.reception.size
    for place, row in enumerate(rows):
        assert live_row(live, place) == {person: reception for person, reception in row.items() if reception > 0}


# Contacts

@settings(max_examples=60)
@given(batches=st.lists(st.dictionaries(st.integers(0, 30), st.integers(0, 700), max_size=6), max_size=8), asked=st.lists(st.lists(st.integers(0, 30), max_size=8), min_size=8, max_size=8))
def test_contacts_are_listed_once_and_kept_however_many_follow(batches: list[dict[int, int]], asked: list[list[int]]) -> None:
    """Against a dictionary; audiences of hundreds, so that columns grow several times, and lists that were handed out stay as they were."""
    contacts, expected, handed_out = Contacts(), dict[int, dict[int, float]](), []
    for batch, people in zip(batches, asked, strict=False):
        wanted = np.array(people + list(batch), dtype=np.int64)
        missing = contacts.missing(wanted)
        assert missing.tolist() == sorted(set(wanted.tolist()) - expected.keys())
        fresh = [{1000 * person + other: 0.5 + other for other in range(batch.get(person, 0))} for person in missing.tolist()]
        contacts.add(missing, Audiences.of(*followed(fresh)).live)
        expected |= dict(zip(missing.tolist(), fresh, strict=True))
        assert len(contacts) == len(expected)
        assert contacts.missing(wanted).size == 0
        handed_out.append((contacts.live, contacts.rows(wanted), wanted, dict(expected)))
        for live, rows, names, then in handed_out:
            assert [live_row(live, row) for row in rows.tolist()] == [then[name] for name in names.tolist()]


def test_thousands_of_contacts_fit_in() -> None:
    contacts, people = Contacts(), np.arange(5000)
    for start, stop in ((0, 1), (1, 1023), (1023, 1024), (1024, 5000)):
        some = people[start:stop]
        contacts.add(some, Live(np.arange(some.size + 1), some + 7, some + 0.25))
    assert contacts.rows(people[::-1]).tolist() == people[::-1].tolist()
    assert [live_row(contacts.live, row) for row in (0, 1022, 1023, 1024, 4999)] == [{row + 7: row + 0.25} for row in (0, 1022, 1023, 1024, 4999)]


def test_people_who_are_not_listed_have_no_row() -> None:
    contacts = Contacts()
    assert (len(contacts), contacts.missing(np.array([3, 1, 3])).tolist()) == (0, [1, 3])
    assert contacts.rows(np.empty(0, dtype=np.int64)).size == 0
    with pytest.raises(KeyError):
        contacts.rows(np.array([1]))


# A society asks its ties as seldom as it can

class Counted:
    """The ties of a society, noting who is asked for."""

    def __init__(self, ties: Any) -> None:
        self._ties = ties
        self.asked: list[tuple[str, list[int]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ties, name)

    def followers(self, platform: str, people: NDArray[np.int64]) -> Any:
        self.asked.append((platform, people.tolist()))
        return self._ties.followers(platform, people)

    def live_followers(self, platform: str, people: NDArray[np.int64], *how: Any) -> Any:
        self.asked.append((platform, people.tolist()))
        return self._ties.live_followers(platform, people, *how)


def test_a_society_lists_everybody_once_and_as_they_are(tiny: Scenario) -> None:
    society, other = (Society(tiny, Luck(4)) for _ in range(2))
    ties = Counted(society.ties)
    society.ties = ties  # type: ignore[assignment]
    for platform, people in (("facebook", [5, 9, 5]), ("facebook", [9, 2, EMPLOYEES + 1]), ("twitter", [5]), ("facebook", [2, 9]), ("twitter", [])):
        named = np.array(people, dtype=np.int64)
        lists = society.contact_lists(platform, named)
        for audience, row in zip(other.contacts(platform, named), lists.rows(named).tolist(), strict=True):
            used = audience.reception > 0
            assert live_row(lists.live, row) == dict(zip(audience.followers[used].tolist(), audience.reception[used].tolist(), strict=True))
    assert ties.asked == [("facebook", [5, 9]), ("facebook", [2, EMPLOYEES + 1]), ("twitter", [5])]
    assert society.audiences("facebook") is society.audiences("facebook")
    assert society.page_audiences("facebook") is society.page_audiences("facebook")
    assert ties.asked[3:] == [("facebook", society.staff.identities.tolist())]


def test_lists_that_two_societies_share_serve_both(tiny: Scenario) -> None:
    one = Society(tiny, Luck(4))
    other = one.again(tiny)
    assert other.audiences("facebook") is one.audiences("facebook")
    one.contact_lists("facebook", np.array([3]))
    assert other.contact_lists("facebook", np.array([3, 8])) is one.contact_lists("facebook", np.array([3]))
    assert len(one.contact_lists("facebook", np.array([8]))) == 2


def test_employees_and_the_page_have_the_audiences_that_their_ties_say(tiny: Scenario) -> None:
    society = Society(tiny, Luck(4))
    for platform in tiny.platforms.names():
        rows = society.ties.followers(platform, society.staff.identities)
        assert len(society.audiences(platform)) == tiny.society.employees
        for place, audience in enumerate(society.audiences(platform)):
            assert np.array_equal(audience.followers, rows.row(place))
            assert np.array_equal(audience.reception, society.reception(platform, rows.row(place)))
            assert np.array_equal(audience.reception > 0, society.people.active(platform, rows.row(place)))
        page = society.page_audience(platform)
        assert len(society.page_audiences(platform)) == 1
        assert np.array_equal(page.reception, society.reception(platform, page.followers))
