"""The parts of an engine against plain loops: what is delivered, what is due, what is bought."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation.engines.answering import answering_of
from simulation.engines.delivery import BLOCK, Deliveries, Posts, deliver
from simulation.engines.feeds import Feeds
from simulation.engines.flights import buy, places_of_day, plan_flights
from simulation.engines.share import PAGE_AUTHOR, Share, page_item, programme_item
from simulation.engines.shares import Shares
from simulation.engines.state import traits_of_staff
from simulation.engines.wheel import OUTSIDE, Wheel
from simulation.engines.world import PAGE, PROGRAMME
from simulation.inputs.paid import Cap
from simulation.inputs.parameters import Scenario
from simulation.measures.equivalent import Ladder, equivalent_budget
from simulation.society.audiences import Audience, Audiences
from simulation.society.follows import EMPLOYEES, Follows
from simulation.society.hashing import to_unit
from simulation.society.luck import Luck, fold
from simulation.society.society import Society
from simulation.society.words import number_of

# Places for an ad on a day, and what money buys

EVERYTHING = np.iinfo(np.int32).max


def places_one_by_one(key: int, rates: NDArray[np.float64], people: NDArray[np.int64]) -> list[tuple[float, int, int]]:
    """Time, position of the person and number of every place of a day, in time order, clock by clock."""
    found = []
    for who, (rate, person) in enumerate(zip(rates.tolist(), people.tolist(), strict=True)):
        passed, number = 0.0, 1
        while (passed := passed - math.log(1.0 - to_unit(np.array([fold(key, number, person)], dtype=np.uint64))[0])) < rate:
            found.append((passed / rate, who, number))
            number += 1
    return sorted(found)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), most=st.integers(0, 4))
def test_places_of_a_day_are_those_of_a_loop_and_the_earliest_of_each_person(seed: int, most: int) -> None:
    people, rates = np.arange(100, 130, dtype=np.int64), np.linspace(0, 5, 30)
    left = np.full(30, most, dtype=np.int32)
    for allowed, column in ((most, left), (EVERYTHING, np.full(30, EVERYTHING, dtype=np.int32))):
        made = places_of_day(seed, rates, people, column, 1.0)
        expected = [place for place in places_one_by_one(seed, rates, people) if place[2] <= allowed]
        found = sorted(zip(*(column.tolist() for column in (made.rank, made.who, made.number)), strict=True))
        assert [place[1:] for place in found] == [place[1:] for place in expected]
        assert np.allclose([place[0] for place in found], [place[0] for place in expected], rtol=1e-12)


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
@given(data=st.data(), days=st.integers(1, 5), cap=st.none() | st.builds(Cap, impressions=st.integers(1, 3), days=st.integers(1, 6)), seed=st.integers(0, 2**32))
def test_money_buys_what_a_walk_through_the_day_buys(data: st.DataObject, days: int, cap: Cap | None, seed: int) -> None:
    people = np.arange(7, 13, dtype=np.int64)
    rates = np.array(data.draw(st.lists(st.floats(0.01, 4.0), min_size=6, max_size=6)))
    wanted = data.draw(st.lists(st.integers(0, 8), min_size=days, max_size=days))
    places = [(day, *place) for day in range(days) for place in places_one_by_one(fold(seed, day), rates, people)]
    expected = [places[position] for position in bought_one_by_one([place[2] for place in places], [place[0] for place in places], wanted, cap)]
    bought = list(buy(seed, rates, people, np.array(wanted, dtype=np.int64), cap))
    assert len(bought) == days
    found = [(day, *row) for day, each in enumerate(bought) for row in zip(each.rank.tolist(), each.who.tolist(), each.number.tolist(), strict=True)]
    assert [(place[0], *place[2:]) for place in found] == [(place[0], *place[2:]) for place in expected]
    assert np.allclose([place[1] for place in found], [place[1] for place in expected], rtol=1e-12)


@settings(max_examples=25)
@given(part=st.floats(0.01, 0.99), seed=st.integers(0, 2**32))
def test_looking_further_into_the_day_only_adds_places(part: float, seed: int) -> None:
    people, rates, left = np.arange(50, dtype=np.int64), np.linspace(0, 4, 50), np.full(50, EVERYTHING, dtype=np.int32)
    some, every = (places_of_day(seed, rates, people, left, each) for each in (part, 1.0))
    early = every.rank < part
    for one, other in zip(some, every, strict=True):
        assert np.array_equal(one, other[early])


# Deliveries

HALF_LIFE, REPEATS = 2.5, 1.6


def lists_of(sizes: Sequence[int], reception: float = 0.6) -> Audiences:
    """A list of audiences: row i has the people from i on, who receive more and more; the first of them nothing."""
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    followers = np.concatenate([np.arange(row, row + size) for row, size in enumerate(sizes)]).astype(np.int64)
    return Audiences.of(Follows(starts, followers), np.concatenate([np.linspace(0, reception, size) for size in sizes]))


def posts_to(rows: Sequence[int]) -> Posts:
    """A post to each of some rows; what it is depends on the row."""
    row = np.array(rows, dtype=np.int64)
    keys = np.array([Luck(3).key("delivery", number) for number in rows], dtype=np.uint64)
    return Posts(row + 70, keys, row, np.full(row.size, 1.5), 0.5 + row, 7.0 * row)


def rows_of(posts: Posts, lists: Audiences, until: float = np.inf, half_life: float = HALF_LIFE, repeats: float = REPEATS, room: int = 0) -> list[tuple[Any, ...]]:
    """Post, person, hours, showings and number of all deliveries, in the order in which they are made."""
    made, count = deliver(posts, lists.live, half_life, repeats, until, Deliveries.room(room))
    return list(zip(*(column.tolist() for column in made.first(count)), strict=True))


def delivered_one_by_one(posts: Posts, audiences: Sequence[Audience], half_life: float, repeats: float, until: float) -> list[tuple[Any, ...]]:
    """The same by one follower after the other, one clock after the other."""
    def uniform(key: int, *names: int) -> float:
        return (fold(key, *names) >> 12) * 2.0**-52 + 2.0**-53

    found = []
    for post, key, row, level, appeal, start in zip(*(column.tolist() for column in posts), strict=True):
        for person, reception in zip(audiences[row].followers.tolist(), audiences[row].reception.tolist(), strict=True):
            limit, passed, number = level * appeal * reception, 0.0, 0
            while True:
                number += 1
                passed -= math.log(1.0 - uniform(key, number, person))
                if passed >= limit:
                    break
                hours = start - half_life * math.log2(1.0 - passed / limit)
                if hours >= until:
                    break
                more = 0 if repeats == 1 else math.floor(math.log(uniform(key, number, 1, person)) / math.log(1.0 - 1.0 / repeats))
                found.append((post, person, hours, 1 + more, number))
    return found


def check_against_the_loop(made: list[tuple[Any, ...]], expected: list[tuple[Any, ...]], rel: float = 1e-12) -> None:
    """The same events in the same order, at the same times but for rounding."""
    assert [(row[0], row[1], row[3], row[4]) for row in made] == [(row[0], row[1], row[3], row[4]) for row in expected]
    assert [row[2] for row in made] == pytest.approx([row[2] for row in expected], rel=rel, abs=0)


AUDIENCES = st.lists(st.lists(st.tuples(st.sampled_from([0, 5, 17, EMPLOYEES, EMPLOYEES + 3, 2**31 + 9]) | st.integers(0, 10**6),
                                        st.sampled_from([0.0, 0.01, 1.0, 30.0]) | st.floats(0, 5)), max_size=12, unique_by=lambda pair: pair[0]), min_size=1, max_size=5)


@settings(max_examples=150)
@given(audiences=AUDIENCES, data=st.data(), half_life=st.floats(0.1, 50), repeats=st.sampled_from([1.0, 1.73, 9.0]), halves=st.floats(0.1, 12), room=st.integers(0, 40))
def test_compiled_code_delivers_what_a_walk_from_follower_to_follower_delivers(
        audiences: list[list[tuple[int, float]]], data: st.DataObject, half_life: float, repeats: float, halves: float, room: int) -> None:
    # Followed for 12 half-lives at most: there 1 ulp of a logarithm moves a time by less than 1e-13 of itself
    each = [Audience(np.array([person for person, _ in row], dtype=np.int64), np.array([reception for _, reception in row])) for row in map(sorted, audiences)]
    starts = np.concatenate(([0], np.cumsum([audience.followers.size for audience in each]))).astype(np.int64)
    lists = Audiences.of(Follows(starts, np.concatenate([audience.followers for audience in each])), np.concatenate([audience.reception for audience in each]))
    level = st.sampled_from([0.0, 0.5, 4.0])
    given_posts = data.draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2**64 - 1), st.integers(0, len(each) - 1), level, st.floats(0.1, 3), st.floats(0, 1)), max_size=6))
    columns: list[list[Any]] = [list(column) for column in zip(*given_posts, strict=True)] or [[]] * 6
    posts = Posts(*(np.array(column, dtype=kind) for column, kind in zip(columns, (np.int64, np.uint64, np.int64, float, float, float), strict=True)))
    made = rows_of(posts, lists, halves * half_life, half_life, repeats, room)
    check_against_the_loop(made, delivered_one_by_one(posts, each, half_life, repeats, halves * half_life))


def test_long_lists_and_long_lives_deliver_what_the_walk_delivers() -> None:
    """Lists as long as what is looked at in one go, one shorter, one longer; without an end, where a time may lie close to where it is no number."""
    lists, posts = lists_of((BLOCK, BLOCK - 1, 0, BLOCK + 1, 1, 2 * BLOCK + 5), 3.0), posts_to(range(6))
    made = rows_of(posts, lists)
    check_against_the_loop(made, delivered_one_by_one(posts, list(lists), HALF_LIFE, REPEATS, np.inf), rel=1e-9)
    assert max(row[4] for row in made) > 10


@pytest.mark.parametrize("room", [0, 1, 60, 5000])
def test_deliveries_are_written_behind_others_however_much_room_there_is(room: int) -> None:
    lists, posts = lists_of((40, 0, 1, 200, 13)), posts_to(range(5))
    before = Deliveries.room(50 + room)
    for column in before:
        column[:50] = np.arange(50)
    made, count = deliver(posts, lists.live, HALF_LIFE, REPEATS, np.inf, before, 50)
    assert all(column[:50].tolist() == list(range(50)) for column in made)
    assert [column.dtype for column in made] == [column.dtype for column in before]
    assert list(zip(*(column[50:count].tolist() for column in made), strict=True)) == rows_of(posts, lists)
    assert count > 150


def test_a_batch_delivers_what_posts_one_by_one_deliver() -> None:
    lists = lists_of((40, 0, 1, 200, 13))
    alone = [row for number in range(5) for row in rows_of(posts_to([number]), lists)]
    assert len(alone) > 100
    assert rows_of(posts_to(range(5)), lists) == alone
    assert sorted(rows_of(posts_to([3, 0, 4, 2, 1]), lists)) == sorted(alone)
    assert rows_of(posts_to([]), lists) == []


def test_the_end_cuts_deliveries_off_and_changes_none() -> None:
    lists, posts = lists_of((40, 0, 1, 200, 13)), posts_to(range(5))
    whole = rows_of(posts, lists)
    for until in (0.0, 7.0, 25.0, 31.0, 1e9):
        assert rows_of(posts, lists, until) == [row for row in whole if row[2] < until]


def test_adding_a_follower_changes_nobody_elses_deliveries() -> None:
    lists = lists_of((0, 0, 0, 100))
    audience = lists[3]
    fewer = Audiences.of(Follows(np.array([0, 0, 0, 0, 50]), audience.followers[::2]), audience.reception[::2])
    kept = set(audience.followers[::2].tolist())
    assert rows_of(posts_to([3]), fewer) == [row for row in rows_of(posts_to([3]), lists) if row[1] in kept]


@pytest.mark.parametrize("change", [{"level": 4.0}, {"appeal": 9.0}])
def test_raising_an_intensity_keeps_every_delivery_and_makes_none_later(change: dict[str, float]) -> None:
    lists, post = lists_of((0, 0, 300)), posts_to([2])
    raised = post._replace(**{name: np.array([value]) for name, value in change.items()})
    less, more = ({(row[1], row[4]): (row[2], row[3]) for row in rows_of(each, lists)} for each in (post, raised))
    assert less.keys() < more.keys()
    for event, (hours, showings) in less.items():
        assert more[event][0] <= hours
        assert more[event][1] == showings


def test_deliveries_of_a_person_are_numbered_in_time_order_and_after_the_share() -> None:
    made = rows_of(posts_to([4]), lists_of((0, 0, 0, 0, 400), 3.0))
    assert min(row[2] for row in made) >= 28.0
    last: dict[int, tuple[int, float]] = {}
    for _, person, hours, _, number in made:
        before = last.get(person, (0, 0.0))
        assert number == before[0] + 1
        assert hours > before[1]
        last[person] = number, hours
    assert max(number for number, _ in last.values()) > 3


def test_nobody_with_an_unused_account_is_shown_anything() -> None:
    assert rows_of(posts_to([1]), lists_of((0, 50), 0.0)) == []


# Feeds


@pytest.fixture(scope="module")
def society(tiny: Scenario) -> Society:
    return Society(tiny.replace(page__followers=200), Luck(4))


def some_shares(scenario: Scenario) -> Shares:
    """Thirty posts of five employees, one of the page, and what a consumer passed on; the later, the more they appeal."""
    shares = Shares(scenario, Luck(4))
    for number in range(30):
        shares.add(EMPLOYEES + number % 5, programme_item(number), number % 3, 5.0 * number, PROGRAMME)
    shares.add(PAGE_AUTHOR, page_item(0), 0, 3.0, PAGE)
    shares.add(17, programme_item(2), 2, 20.0, PROGRAMME, 1, root=2)
    shares.table["appeal"] = [*np.arange(1.0, 31.0), 3.0, 3.0]
    return shares


def feeds_of(scenario: Scenario, society: Society, shares: Shares) -> Feeds:
    return Feeds(scenario, society, Luck(4), shares, traits_of_staff(scenario, society), answering_of(scenario, Luck(4)))


def fed(*steps: NDArray[Any]) -> list[tuple[Any, ...]]:
    """Share, person, hours, showings of all deliveries of some steps, and whether each goes beyond the followers."""
    rows = np.concatenate(steps)
    return list(zip(*(rows[name].tolist() for name in ("post", "person", "hours", "showings")), (rows["marks"] & OUTSIDE > 0).tolist(), strict=True))


def test_feeds_bring_each_delivery_once_and_in_its_step(tiny: Scenario, society: Society) -> None:
    shares = some_shares(tiny)
    at_once, in_turn = (feeds_of(tiny, society, shares) for _ in range(2))
    at_once.post(np.arange(32))
    hours, pieces, wholes = shares.table["hours"], [], []
    for step in range(21):
        in_turn.post(np.flatnonzero(hours // 24 == step))
        for feeds, found in ((in_turn, pieces), (at_once, wholes)):
            rows = feeds.due(step)
            assert np.all(rows["hours"] // 24 == step)
            found.append(rows)
    for own, other in zip(pieces, wholes, strict=True):
        assert sorted(fed(own)) == sorted(fed(other))
    everything = fed(*pieces)
    assert len(set(everything)) == len(everything) > 200
    assert {row[0] for row in everything} > {30, 31}
    assert not any(row[4] for row in everything)
    assert [at_once.due(step).size for step in range(21)] == [0] * 21


def test_feeds_hold_what_each_post_delivers_by_itself(tiny: Scenario, society: Society) -> None:
    """Posts of employees, of the page and of a consumer, and likes, against the walk with the luck that names each of them."""
    shares, luck = some_shares(tiny), Luck(4)
    feeds = feeds_of(tiny, society, shares)
    feeds.post(np.arange(32))
    liked, likers = np.array([2, 30, 0, 2]), np.array([17, 40, 41, 42])
    feeds.spread_likes(liked, likers, 48.0)
    made = fed(*(feeds.due(step) for step in range(21)))
    expected = []

    def walk(share: Share, audience: Audience, key: int, level: float, appeal: float, start: float, outside: bool) -> None:
        post = Posts(*(np.array([value]) for value in (share.index, np.uint64(key), 0, level, appeal, start)))
        platform = dict(tiny.platforms.items())[share.platform]
        made = delivered_one_by_one(post, [audience], platform.half_life_hours, platform.repeats, tiny.horizon.end_hours)
        expected.extend((*row[:4], outside) for row in made)

    for share in (shares[number] for number in range(32)):
        levels = society.levels[share.platform]
        audience = (society.page_audience(share.platform) if share.by_page else society.audiences(share.platform)[share.author - EMPLOYEES] if share.by_employee
                    else society.contacts(share.platform, np.array([share.author]))[0])
        walk(share, audience, luck.key("delivery", share.item, number_of(share.platform), share.author), levels.page if share.by_page else levels.person,
             share.appeal, share.hours, False)
    for number, liker in zip(liked.tolist(), likers.tolist(), strict=True):
        share = shares[number]
        levels, audience = society.levels[share.platform], society.contacts(share.platform, np.array([liker]))[0]
        key = luck.key("outside", share.item, number_of(share.platform), share.author, liker)
        walk(share, audience, key, levels.page_outside if share.by_page else levels.person_outside, 1.0, 48.0, True)

    def by_name(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*row[:2], *row[3:], row[2])

    made, expected = sorted(made, key=by_name), sorted(expected, key=by_name)
    assert sum(row[4] for row in made) > 5
    assert [by_name(row)[:4] for row in made] == [by_name(row)[:4] for row in expected]
    assert [row[2] for row in made] == pytest.approx([row[2] for row in expected], rel=1e-9, abs=0)


def test_likes_show_posts_to_the_contacts_of_those_who_like(tiny: Scenario, society: Society) -> None:
    feeds, likers = feeds_of(tiny, society, some_shares(tiny)), np.arange(60)
    feeds.spread_likes(np.zeros(60, dtype=np.int64), likers, 100.0)
    shown = np.concatenate([feeds.due(step) for step in range(21)])
    assert shown.size > 20
    assert (shown["marks"] & OUTSIDE > 0).all()
    assert shown["hours"].min() >= 100.0
    contacts = {follower for audience in society.contacts("facebook", likers) for follower in audience.followers.tolist()}
    assert set(shown["person"].tolist()) <= contacts


def test_nothing_was_made_so_nothing_is_due(tiny: Scenario, society: Society) -> None:
    feeds = feeds_of(tiny, society, Shares(tiny, Luck(4)))
    feeds.post(np.empty(0, dtype=np.int64))
    feeds.spread_likes(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 24.0)
    assert [feeds.due(step).size for step in range(21)] == [0] * 21


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
        budget = equivalent_budget(scenario, society, Ladder(plan_flights(scenario, society), society.panel), alone, target, times)
        assert budget is not None
        added = [seen_by(scenario.replace(paid__budget=money), society, alone, times) for money in (budget, budget * 0.9 + 150.0, budget * 1.1 - 150.0)]
        assert abs(added[0] - target) <= 42
        assert added[1] <= added[0] <= added[2]


def seen_by(scenario: Scenario, society: Society, alone: np.ndarray, times: int) -> int:
    """Consumers whom freshly planned flights lift to so many impressions."""
    counts = np.zeros(alone.size, dtype=np.int64)
    for flight in plan_flights(scenario, society).values():
        np.add.at(counts, flight.place[flight.viewed], 1)
    return int(np.count_nonzero((alone < times) & (alone + counts >= times)))


def test_on_one_platform_the_equivalent_budget_is_exact_to_a_whole_impression_a_day(tiny: Scenario) -> None:
    scenario = tiny.replace(**plenty(horizon__weeks=1, paid__viewable_fraction=1.0, platforms__facebook=None, platforms__twitter=None, paid__cost__creative=0.0,
                                     paid__budget=100.0))
    society, alone = Society(scenario, Luck(8)), np.zeros(2000, dtype=np.int64)
    for target in (5, 60, 150):
        budget = equivalent_budget(scenario, society, Ladder(plan_flights(scenario, society), society.panel), alone, target, 1)
        assert budget is not None
        assert abs(seen_by(scenario.replace(paid__budget=budget), society, alone, 1) - target) <= 7


def test_no_budget_reaches_more_than_there_are(tiny: Scenario) -> None:
    scenario = tiny.replace(**plenty())
    society, alone = Society(scenario, Luck(8)), np.zeros(2000, dtype=np.int64)
    ladder = Ladder(plan_flights(scenario, society), society.panel)
    reachable = int(society.people.sees_ads(np.arange(2000)).sum())
    assert equivalent_budget(scenario, society, ladder, alone, reachable + 1, 1) is None
    assert equivalent_budget(scenario, society, ladder, alone, 1900, 1) is None
    assert equivalent_budget(scenario, society, ladder, alone, 0, 1) == 0.0
    assert equivalent_budget(scenario, society, ladder, alone, -5, 1) == 0.0
    assert equivalent_budget(scenario, society, ladder, np.ones(2000, dtype=np.int64), 1, 1) is None


# The wheel of steps


ROWS = st.lists(st.tuples(st.floats(0, 199.999), st.integers(0, 2**62), st.integers(0, 2**31 - 1), st.integers(1, 70_000), st.integers(0, 15)), max_size=700)


@settings(max_examples=60)
@given(batches=st.lists(ROWS, max_size=4), step_hours=st.sampled_from([1.0, 7.0, 24.0, 0.3]))
def test_a_wheel_gives_back_what_was_put_in_step_by_step(batches: list[list[tuple[Any, ...]]], step_hours: float) -> None:
    """Rows come in the order in which they were put in; showings beyond what fits are cut."""
    steps = math.ceil(200 / step_hours) + 1
    wheel, waiting = Wheel(steps, step_hours), [[] for _ in range(steps)]
    for turn in range(steps):
        for row in batches[turn] if turn < len(batches) else []:
            if row[0] // step_hours >= turn:
                waiting[int(row[0] // step_hours)].append((*row[:3], min(row[3], 65_535), row[4]))
        batch = [row for row in (batches[turn] if turn < len(batches) else []) if row[0] // step_hours >= turn]
        columns = [np.array(column, dtype=kind) for column, kind in zip(zip(*batch, strict=True) if batch else [()] * 5, (float, np.int64, np.int32, np.int32, np.uint8), strict=True)]
        hours, person, post, showings, marks = columns
        wheel.put(Deliveries(post, person, hours, showings, showings), marks, len(batch))
        assert [tuple(row)[:5] for row in wheel.take(turn).tolist()] == waiting[turn]


def test_a_wheel_uses_its_blocks_again() -> None:
    wheel, hours, rooms = Wheel(50, 1.0), np.linspace(0, 0.999, 1000), set()
    for step in range(50):
        rows = Deliveries(np.zeros(1000, np.int32), np.zeros(1000, np.int64), hours + step, np.ones(1000, np.int32), np.ones(1000, np.int32))
        wheel.put(rows, np.zeros(1000, np.uint8), 1000)
        assert wheel.take(step).size == 1000
        rooms.add(wheel.room)
    assert len(rooms) == 1
