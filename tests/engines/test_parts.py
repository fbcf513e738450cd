"""The parts of an engine against plain loops: what is delivered, what is due, what is bought."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.delivery import Post, deliver
from simulation.engines.feeds import Feeds
from simulation.engines.flights import Opportunities, buy, earlier_today, opportunities, plan_flights
from simulation.engines.share import PAGE_AUTHOR, Share, page_item, programme_item
from simulation.inputs.parameters import Cap, Scenario
from simulation.measures.equivalent import Ladder, equivalent_budget
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Audience, Society

# Places of the same person earlier on a day, and what money buys


@settings(max_examples=80)
@given(people=st.lists(st.integers(0, 6), max_size=40))
def test_earlier_places_of_a_person_are_counted_as_a_loop_counts_them(people: list[int]) -> None:
    seen: Counter[int] = Counter()
    expected = []
    for person in people:
        expected.append(seen[person])
        seen[person] += 1
    assert earlier_today(np.array(people, dtype=np.int64), np.empty(7, dtype=np.int64)).tolist() == expected


def bought_one_by_one(person: list[int], day: list[int], wanted: list[int], cap: Cap | None) -> list[int]:
    """Positions bought by walking through the places in time order."""
    positions, used, bought = [], Counter[int](), Counter[int]()
    window = None
    for position, (who, when) in enumerate(zip(person, day, strict=True)):
        if cap is not None and when // cap.days != window:
            window, used = when // cap.days, Counter()
        if bought[when] == wanted[when] or (cap is not None and used[who] == cap.impressions):
            continue
        positions.append(position)
        bought[when] += 1
        used[who] += 1
    return positions


@settings(max_examples=120)
@given(data=st.data(), days=st.integers(1, 5), cap=st.none() | st.builds(Cap, impressions=st.integers(1, 3), days=st.integers(1, 6)))
def test_money_buys_what_a_walk_through_the_day_buys(data: st.DataObject, days: int, cap: Cap | None) -> None:
    places = sorted(data.draw(st.lists(st.tuples(st.integers(0, days - 1), st.floats(0.01, 23.9), st.integers(0, 5)), max_size=40)))
    wanted = data.draw(st.lists(st.integers(0, 8), min_size=days, max_size=days))
    person, day = [place[2] for place in places], [place[0] for place in places]
    offered = Opportunities(np.array(person, dtype=np.int64), np.array([24.0 * place[0] + place[1] for place in places]), np.ones(len(places), dtype=np.int64))
    positions, filled = buy(offered, np.array(wanted, dtype=np.int64), cap, days)
    expected = bought_one_by_one(person, day, wanted, cap)
    assert positions.tolist() == expected
    bought = Counter(day[position] for position in expected)
    assert filled == all(bought[number] == wanted[number] for number in range(days))


@settings(max_examples=25)
@given(part=st.floats(0.01, 0.99), seed=st.integers(0, 2**32))
def test_looking_further_into_the_day_only_adds_places(part: float, seed: int) -> None:
    people, rates = np.arange(50, dtype=np.int64), np.linspace(0, 4, 50)
    some, every = (opportunities(Luck(seed), "facebook", people, rates, 5, each) for each in (part, 1.0))
    early = every.hours % 24.0 < 24.0 * part
    assert np.all(np.diff(every.hours) >= 0)
    for one, other in zip(some, every, strict=True):
        assert np.array_equal(one, other[early])


# Deliveries


def a_post(number: int, size: int, reception: float = 0.6) -> Post:
    audience = Audience(np.arange(number, number + size, dtype=np.int64), np.linspace(0, reception, size))
    return Post(key=Luck(3).key("delivery", number), audience=audience, level=1.5, appeal=0.5 + number, half_life_hours=2.0 + number,
                repeats=1.0 + 0.3 * number, start=7.0 * number)


def rows_of(posts: list[Post]) -> list[tuple[Any, ...]]:
    made = deliver(posts)
    return sorted(zip(*(column.tolist() for column in made), strict=True))


def test_a_batch_delivers_what_posts_one_by_one_deliver() -> None:
    posts = [a_post(number, size) for number, size in enumerate((40, 0, 1, 200, 13))]
    alone = sorted((number, *row[1:]) for number, post in enumerate(posts) for row in rows_of([post]))
    assert len(alone) > 100
    assert rows_of(posts) == alone
    assert rows_of([]) == []


def test_adding_a_follower_changes_nobody_elses_deliveries() -> None:
    post = a_post(3, 100)
    fewer = post._replace(audience=Audience(post.audience.followers[::2], post.audience.reception[::2]))
    kept = set(post.audience.followers[::2].tolist())
    assert rows_of([fewer]) == [row for row in rows_of([post]) if row[1] in kept]


@pytest.mark.parametrize("change", [{"level": 4.0}, {"appeal": 9.0}])
def test_raising_an_intensity_keeps_every_delivery_and_makes_none_later(change: dict[str, Any]) -> None:
    post = a_post(2, 300)
    less, more = ({(row[1], row[4]): (row[2], row[3]) for row in rows_of([each])} for each in (post, post._replace(**change)))
    assert less.keys() < more.keys()
    for event, (hours, showings) in less.items():
        assert more[event][0] <= hours
        assert more[event][1] == showings


def test_deliveries_of_a_person_are_numbered_in_time_order_and_after_the_share() -> None:
    made = deliver([a_post(4, 400, reception=3.0)])
    assert made.hours.min() >= 28.0
    last: dict[int, tuple[int, float]] = {}
    for person, number, hours in sorted(zip(made.person.tolist(), made.number.tolist(), made.hours.tolist(), strict=True)):
        before = last.get(person, (0, 0.0))
        assert number == before[0] + 1
        assert hours > before[1]
        last[person] = number, hours
    assert max(number for number, _ in last.values()) > 3


def test_nobody_with_an_unused_account_is_shown_anything() -> None:
    post = a_post(1, 50, reception=0.0)
    assert rows_of([post]) == []


# Feeds


@pytest.fixture(scope="module")
def society(tiny: Scenario) -> Society:
    return Society(tiny.replace(page__followers=200), Luck(4))


def some_shares() -> list[Share]:
    shares = [Share(number, EMPLOYEES + number % 5, programme_item(number), ("facebook", "linkedin", "twitter")[number % 3], 5.0 * number, 2, 0, False, 1.0 + number, 0, number)
              for number in range(30)]
    return [*shares, Share(30, PAGE_AUTHOR, page_item(0), "facebook", 3.0, 0, 0, False, 3.0, 1, 30), Share(31, 17, programme_item(2), "facebook", 20.0, 2, 1, False, 3.0, 1, 2)]


def test_feeds_come_in_time_order_and_each_delivery_once(tiny: Scenario, society: Society) -> None:
    at_once, in_turn = (Feeds(tiny, society, Luck(4)) for _ in range(2))
    for share in some_shares():
        at_once.post(share)
    whole = at_once.due(1e9)
    assert np.all(np.diff(whole.hours) >= 0)
    assert at_once.due(1e9).share.size == 0
    assert set(whole.share.tolist()) > {30}
    pieces, shares = [], some_shares()
    for until in range(24, 24 * 40, 24):
        for share in [share for share in shares if share.hours < until]:
            in_turn.post(share)
        shares = [share for share in shares if share.hours >= until]
        piece = in_turn.due(float(until))
        assert np.all(np.diff(piece.hours) >= 0)
        assert not piece.hours.size or until - 24 <= piece.hours[0] <= piece.hours[-1] < until
        pieces.append(piece)
    joined = sorted(row for piece in pieces for row in zip(*(column.tolist() for column in piece), strict=True))
    assert joined == sorted(zip(*(column.tolist() for column in whole), strict=True))
    assert len(joined) > 200


def test_likes_show_posts_to_the_contacts_of_those_who_like(tiny: Scenario, society: Society) -> None:
    feeds = Feeds(tiny, society, Luck(4))
    share = some_shares()[0]._replace(appeal=1.0)
    likers = list(range(60))
    feeds.spread_likes([(share, person) for person in likers], 100.0)
    shown = feeds.due(1e9)
    assert shown.share.size > 20
    assert shown.outside.all()
    assert shown.hours.min() >= 100.0
    contacts = {follower for audience in society.contacts("facebook", np.array(likers)) for follower in audience.followers.tolist()}
    assert set(shown.person.tolist()) <= contacts


# The ad budget that adds as many people as the programme


def plenty(**changes: object) -> dict[str, object]:
    return {"paid__cap": None, "paid__budget": 1600.0, "programme__enabled": False, **changes}


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("own", [1505.0, 1600.0, 90_000.0], ids=["too little", "enough", "more than there is to buy"])
def test_the_equivalent_budget_adds_the_target(own: float, times: int, tiny: Scenario) -> None:
    """Each platform and day buys whole impressions, so the new flights may miss by that many on either side: 3 platforms, 14 days."""
    scenario = tiny.replace(**plenty(paid__budget=own))
    society, alone = Society(scenario, Luck(8)), np.zeros(2000, dtype=np.int64)
    alone[:300] = 1
    for target in (50, 200):
        budget = equivalent_budget(scenario, society, Ladder(plan_flights(scenario, society), 14, 2000), alone, target, times)
        assert budget is not None
        added = [seen_by(scenario.replace(paid__budget=money), society, alone, times) for money in (budget, budget * 0.9 + 150.0, budget * 1.1 - 150.0)]
        assert abs(added[0] - target) <= 42
        assert added[1] <= added[0] <= added[2]


def seen_by(scenario: Scenario, society: Society, alone: np.ndarray, times: int) -> int:
    """Consumers whom freshly planned flights lift to so many impressions."""
    counts = np.zeros(alone.size, dtype=np.int64)
    for flight in plan_flights(scenario, society).values():
        np.add.at(counts, flight.person[flight.viewed], 1)
    return int(np.count_nonzero((alone < times) & (alone + counts >= times)))


def test_on_one_platform_the_equivalent_budget_is_exact_to_a_whole_impression_a_day(tiny: Scenario) -> None:
    scenario = tiny.replace(**plenty(horizon__weeks=1, paid__viewable_fraction=1.0, platforms__facebook=None, platforms__twitter=None, paid__cost__creative=0.0,
                                     paid__budget=100.0))
    society, alone = Society(scenario, Luck(8)), np.zeros(2000, dtype=np.int64)
    for target in (5, 60, 150):
        budget = equivalent_budget(scenario, society, Ladder(plan_flights(scenario, society), 7, 2000), alone, target, 1)
        assert budget is not None
        assert abs(seen_by(scenario.replace(paid__budget=budget), society, alone, 1) - target) <= 7


def test_no_budget_reaches_more_than_there_are(tiny: Scenario) -> None:
    scenario = tiny.replace(**plenty())
    society, alone = Society(scenario, Luck(8)), np.zeros(2000, dtype=np.int64)
    ladder = Ladder(plan_flights(scenario, society), 14, 2000)
    reachable = int(society.people.sees_ads(np.arange(2000)).sum())
    assert equivalent_budget(scenario, society, ladder, alone, reachable + 1, 1) is None
    assert equivalent_budget(scenario, society, ladder, alone, 1900, 1) is None
    assert equivalent_budget(scenario, society, ladder, alone, 0, 1) == 0.0
    assert equivalent_budget(scenario, society, ladder, alone, -5, 1) == 0.0
    assert equivalent_budget(scenario, society, ladder, np.ones(2000, dtype=np.int64), 1, 1) is None
