"""Whom to recruit: chances against the played model, greedy choice against the exact optimum, sets against chances, wishes kept."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.behaviour.exposure import items_missed, miss_chance, once_chance, stream_missed
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.coverage import GRID, Coverage, coverage, share_chances
from simulation.measures.coverage_kernels import lazy_greedy
from simulation.measures.reverse_sets import Reverse, Sets
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.decisions.confirming import Work, added_in_play
from simulation.studies.decisions.imm import Choice, imm
from simulation.studies.decisions.recruiting import MOST_FOLLOWERS, Recruits, recruit
from simulation.studies.decisions.wishes import Wishes

STEADY = ["run.parameters=fixed", "behaviour.fatigue_per_share=0", "behaviour.habit_gain=0", "behaviour.peer_influence=0", "behaviour.engagement_per_share=0",
          "programme.displacement_fraction=0", "behaviour.topic_match=0"]
"""Sharing stays what it is at the start, which is what the chances are computed for."""
NO_SPREAD = [f"platforms.{name}.{key}=0" for name in ("facebook", "linkedin", "twitter") for key in ("out_of_network", "reshare_rate")]
FIRM = ["society.employees=60", "society.departments=5", "market.consumers=5000", "horizon.weeks=4", "programme.enrolment_fraction=0.2", "paid.budget=1700"]


@pytest.fixture(scope="module")
def firm() -> Scenario:
    return load_scenario("baseline", [*STEADY, *FIRM])


@pytest.fixture(scope="module")
def bench(repository: Path) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(repository / "benchmarks"))
        yield importlib.import_module("recruiting")


@pytest.fixture(scope="module")
def found(firm: Scenario) -> Recruits:
    return recruit(firm, Wishes(10, spread="direct"))


def test_chances_of_exposure_are_those_of_many_drawn_appeals() -> None:
    appeals = np.random.default_rng(1).lognormal(-0.5 * 1.1**2, 1.1, 400_000)
    for exposure in (0.01, 0.3, 2.0, 20.0):
        deliveries = exposure * appeals
        assert miss_chance(exposure, 1.1) == pytest.approx(np.exp(-deliveries).mean(), abs=4e-3)
        assert once_chance(exposure, 1.1) == pytest.approx((deliveries * np.exp(-deliveries)).mean(), abs=4e-3)
    between = np.exp(np.random.default_rng(2).uniform(np.log(1e-6), np.log(1e3), 2000))
    assert np.interp(between, GRID, miss_chance(GRID, 1.1)) == pytest.approx(miss_chance(between, 1.1), abs=1e-5)


def test_posts_missed_follow_from_one_post() -> None:
    assert items_missed(0.8, 0.5, 3) == pytest.approx(0.9**3)
    assert stream_missed(0.8, 2.0) == pytest.approx(np.exp(-0.4))


def test_expected_people_are_those_of_the_played_model() -> None:
    """Without likes and reshares the chances are exact up to luck that items share; mean of 24 plays within 4 standard errors and 4% (false alarm below 1e-4)."""
    still = recruit(load_scenario("baseline", [*STEADY, *NO_SPREAD, *FIRM]), Wishes(15, willingness=dict.fromkeys(("eager", "persuadable", "loud_mixed", "critical", "inert"), 1.0),
                                                                                   spread="direct"))
    orders = {"chosen": still.rows.tolist(), "random": still.orders["random"].tolist()}
    plays = [added_in_play(Work(still.scenario, number, orders, np.ones(60))) for number in range(24)]
    judged = coverage(still.scenario, still.society, share_chances(still.scenario, still.society))
    for way, rows in orders.items():
        played, expected = np.array([play[way] for play in plays]), judged.reach(np.array(rows))
        assert expected > 5
        assert abs(played.mean() - expected) < 4 * played.std() / np.sqrt(24) + 0.04 * expected, way


def test_people_added_with_likes_and_reshares_are_near_those_of_the_played_model(firm: Scenario) -> None:
    """One hop and averages instead of the whole cascade: within a fifth and 4 standard errors of 20 plays (false alarm below 1e-4)."""
    spread = recruit(firm, Wishes(15, willingness=dict.fromkeys(("eager", "persuadable", "loud_mixed", "critical", "inert"), 1.0), epsilon=0.3))
    plays = np.array([added_in_play(Work(spread.scenario, number, {"chosen": spread.rows.tolist()}, np.ones(60)))["chosen"] for number in range(20)])
    expected = spread.curves["chosen"][-1]
    assert expected > 1.3 * coverage(firm, spread.society, share_chances(firm, spread.society)).reach(spread.rows)
    assert abs(plays.mean() - expected) < 4 * plays.std() / np.sqrt(20) + 0.2 * expected


def test_sets_without_likes_and_reshares_say_what_the_chances_say() -> None:
    """60,000 sets; within 4.5 standard errors (false alarm below 1e-5)."""
    scenario = load_scenario("baseline", [*STEADY, *NO_SPREAD, *FIRM])
    society = Society(scenario, Luck(scenario.run.seed).replication(0))
    shares = share_chances(scenario, society)
    direct, yes = coverage(scenario, society, shares), np.full(60, 0.6)
    reverse = Reverse(scenario, society, direct, shares, yes)
    sets = reverse.draw(0, 60_000)
    rows = np.flatnonzero(~society.staff.enrolled)[:20]
    part = sets.by_candidate(60).reach(rows) / 60_000
    expected = direct.scaled(yes).reach(rows) / reverse.people
    assert part == pytest.approx(expected, abs=4.5 * np.sqrt(expected / 60_000))


def test_a_set_has_the_same_luck_however_many_are_drawn(firm: Scenario) -> None:
    society = Society(firm, Luck(firm.run.seed).replication(0))
    shares = share_chances(firm, society)
    reverse = Reverse(firm, society, coverage(firm, society, shares), shares, np.ones(60))

    def members(sets: Sets) -> list[tuple[int, ...]]:
        return sorted(tuple(sorted(sets.members[low:high].tolist())) for low, high in itertools.pairwise(sets.starts))

    assert sorted([*members(reverse.draw(0, 3000)), *members(reverse.draw(3000, 2000))]) == members(reverse.draw(0, 5000))


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_lazy_choice_is_plain_greedy_choice(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    follows = rng.random((10, 25)) < 0.3
    given_ = Coverage(np.concatenate(([0], np.cumsum(follows.sum(axis=1)))), np.nonzero(follows)[1].astype(np.int32), rng.random(follows.sum()), rng.random(25))
    group, room = rng.integers(0, 3, 10), np.full(3, 2)
    rows, gains, _ = lazy_greedy(*given_[:3], given_.open.copy(), np.ones(10, dtype=np.bool_), group, room.copy(), count)
    plain: list[int] = []
    for _ in range(count):
        free = [row for row in range(10) if row not in plain and np.sum(group[plain] == group[row]) < 2]
        values = {row: given_.reach(np.array([*plain, row])) - given_.reach(np.array(plain, dtype=np.int64)) for row in free}
        best = max(values, key=lambda row: (round(values[row], 12), -row), default=None)
        if best is None or values[best] <= 1e-9:
            break
        plain.append(best)
    assert gains.sum() == pytest.approx(given_.reach(np.array(plain, dtype=np.int64)))
    assert given_.reach(rows) == pytest.approx(gains.sum())


@pytest.mark.parametrize("most", [None, 2])
def test_the_exact_optimum_is_the_best_of_all_sets(bench: Any, most: int | None) -> None:
    given_, group = bench.instance(7)
    small = np.arange(10)
    cut = given_._replace(starts=given_.starts[:11], places=given_.places[: given_.starts[10]], chances=given_.chances[: given_.starts[10]])
    within = bench.limits(group[:10], most)
    sets = [np.array(some) for some in itertools.combinations(small, bench.CHOSEN) if most is None or np.bincount(group[list(some)]).max() <= most]
    assert bench.optimum(cut, within)[1] == pytest.approx(max(cut.reach(some) for some in sets), abs=1e-6)


@pytest.mark.parametrize(("seeds", "most"), [(100, None), (25, 2)])
def test_greedy_choice_reaches_95_per_cent_of_the_optimum(bench: Any, seeds: int, most: int | None) -> None:
    reached = bench.ratios(range(seeds), most)
    assert min(reached) >= 0.95, f"worst of {seeds}: {min(reached):.4f}"


def test_sets_choose_nearly_as_well_as_the_exact_optimum(bench: Any) -> None:
    """IMM on a small instance whose chances are known; the guarantee is 43%, seeds stated, 95% is reached."""
    for seed in range(5):
        given_, group = bench.instance(seed)
        within, people = bench.limits(group, None), float(given_.open.sum())
        by_place = np.argsort(given_.places, kind="stable")
        row = np.repeat(np.arange(given_.candidates), np.diff(given_.starts))[by_place]
        edges = np.searchsorted(given_.places[by_place], np.arange(given_.open.size + 1))

        def draw(first: int, count: int, given_: Coverage = given_, by_place: Any = by_place, row: Any = row, edges: Any = edges, people: float = people) -> Sets:
            rng = np.random.default_rng([first, count])
            drawn = rng.choice(given_.open.size, count, p=given_.open / people)
            parts = [row[low:high][rng.random(high - low) < given_.chances[by_place][low:high]] for low, high in zip(edges[drawn], edges[drawn + 1], strict=True)]
            return Sets(np.concatenate(([0], np.cumsum([part.size for part in parts]))), np.concatenate(parts).astype(np.int32))

        def choose(sets: Sets, within: Any = within, given_: Coverage = given_) -> Choice:
            rows, gains = within.choose(sets.by_candidate(given_.candidates))
            return Choice(rows, gains / max(sets.starts.size - 1, 1))

        result = imm(draw, choose, people, given_.candidates, bench.CHOSEN, 0.2)
        assert result.epsilon == 0.2
        assert given_.reach(result.choice.rows) >= 0.95 * bench.optimum(given_, within)[1]


def test_the_choice_adds_more_than_every_simpler_way_and_no_more_than_the_bound(found: Recruits) -> None:
    ends = {way: curve[-1] for way, curve in found.curves.items()}
    assert set(ends) == {"chosen", "most_followers", "random", "department", "seniority"}
    assert max(ends, key=lambda way: ends[way]) == "chosen"
    assert ends["chosen"] <= found.bound * (1 + 1e-9)
    assert found.gains.tolist() == sorted(found.gains.tolist(), reverse=True)
    assert not found.society.staff.enrolled[found.rows].any()


def test_wishes_are_kept(firm: Scenario, found: Recruits) -> None:
    last, first = found.names.employees[int(np.flatnonzero(~found.society.staff.enrolled)[-1])], found.names.employees[found.rows[0]]
    kept = recruit(firm, Wishes(8, include=(last,), exclude=(first,), most_per_department=2, spread="direct"))
    chosen = [kept.names.employees[row] for row in kept.rows]
    assert last in chosen
    assert first not in chosen
    for rows in (kept.rows, *kept.orders.values()):
        assert np.bincount(kept.society.staff.department[rows]).max() <= 2
        assert len(set(rows.tolist())) == 8
    assert kept.guarantee == 0.5


def test_who_would_never_say_yes_is_not_counted_on(firm: Scenario) -> None:
    from simulation.inputs.parameters import SEGMENTS

    picked = recruit(firm, Wishes(10, willingness={"eager": 0.0}, spread="direct"))
    assert SEGMENTS.index("eager") not in picked.society.staff.segment[picked.rows]
    blind = recruit(firm, Wishes(10, willingness={"eager": 0.0}, blind=True, spread="direct"))
    assert np.unique(blind.wishes.acceptance(firm, blind.society)).size == 1


@pytest.mark.parametrize(("wishes", "said"), [
    (Wishes(0), "--recruit: given 0"), (Wishes(500), "--recruit: given 500; allowed: at most"), (Wishes(2, include=("e99",)), "--include: no employee 'e99'"),
    (Wishes(2, include=("e01",), exclude=("e01",)), "both name 'e01'"), (Wishes(2, willingness={"eagre": 0.5}), "Did you mean 'eager'"),
    (Wishes(2, willingness={"eager": 1.5}), "eager is 1.5; allowed: 0 to 1"), (Wishes(30, most_per_department=1), "allowed: at most 5"),
    (Wishes(2, spread="far"), "'far' is not a known way"), (Wishes(2, epsilon=0.9), "--epsilon: given 0.9"),  # type: ignore[arg-type]
])
def test_wishes_that_cannot_be_are_refused(firm: Scenario, wishes: Wishes, said: str) -> None:
    with pytest.raises(InputError, match=None) as refused:
        recruit(firm, wishes)
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["facebook-ego", "email-eu-core"])
def test_on_real_networks_the_choice_beats_most_followers(bench: Any, data_folder: Path, name: str) -> None:
    settings = bench.real_networks(data_folder)[name]
    if settings is None:
        pytest.skip(f"{name} is not in {data_folder}")
    picked = recruit(load_scenario("baseline", settings), Wishes(20, spread="direct"))
    assert picked.curves["chosen"][-1] > 1.05 * picked.curves[MOST_FOLLOWERS][-1]
