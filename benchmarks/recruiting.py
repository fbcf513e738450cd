"""
Greedy choice of advocates against the exact optimum, against most followers on real networks, and its time in a large firm.

`uv run python benchmarks/recruiting.py [--instances 100] [--data FOLDER] [--only exact|networks|time]` prints:

- exact: on small random instances, what greedy choice reaches of the best possible set, found by integer programming; worst and mean.
- networks: on a real friendship graph and a real workplace, people added by the chosen and by those with most followers.
- time: 10,000 employees and 1,000,000 consumers.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from simulation.compiling import use_threads
from simulation.inputs.scenario import load_scenario
from simulation.measures.coverage import Coverage
from simulation.studies.decisions.recruiting import Limits, recruit, upper_bound
from simulation.studies.decisions.wishes import Wishes
from simulation.studies.pool import worker_count

CANDIDATES, CONSUMERS, CHOSEN, GROUPS = 16, 60, 5, 4
CLOSE = 1e-7


def instance(seed: int) -> tuple[Coverage, NDArray[np.int64]]:
    """A small random instance: candidates of very unequal audiences who share consumers; and their departments."""
    rng = np.random.default_rng(seed)
    popularity = rng.lognormal(0.0, 1.0, CANDIDATES)
    circle = rng.integers(0, GROUPS, CONSUMERS)
    group = rng.integers(0, GROUPS, CANDIDATES)
    chance = np.minimum(0.12 * popularity[:, None] * np.where(group[:, None] == circle[None, :], 2.5, 0.7), 0.9)
    follows = rng.random((CANDIDATES, CONSUMERS)) < chance
    rows, places = np.nonzero(follows)
    starts = np.searchsorted(rows, np.arange(CANDIDATES + 1))
    return Coverage(starts.astype(np.int64), places.astype(np.int32), rng.beta(1.0, 1.5, places.size), rng.random(CONSUMERS)), group


def limits(group: NDArray[np.int64], most: int | None) -> Limits:
    """Everybody may be chosen, `CHOSEN` of them."""
    return Limits(np.ones(group.size, dtype=np.bool_), np.empty(0, dtype=np.int64), group, most, CHOSEN)


def optimum(given: Coverage, within: Limits) -> tuple[NDArray[np.int64], float]:
    """
    The best choice, by integer programming.

    A consumer's chance to be reached, 1 - exp(-t), is concave in t, the sum over the chosen of -log(1 - chance). So it lies below its tangents;
    these are added at each solution until a solution attains what they allow (outer approximation: Duran and Grossmann 1986). Exact to 1e-7.
    """
    people, candidates = given.open.size, given.candidates
    slope = coo_array((-np.log1p(-given.chances), (given.places, np.repeat(np.arange(candidates), np.diff(given.starts)))), shape=(people, candidates)).tocsr()
    cuts: list[Any] = []
    points = [np.full(people, value) for value in (0.0, 0.5, 1.5)]
    choice = [LinearConstraint(np.concatenate((np.ones(candidates), np.zeros(people))), 0, within.recruit)]
    if within.most is not None:
        members = (within.group[None, :] == np.unique(within.group)[:, None]).astype(float)
        choice.append(LinearConstraint(np.hstack((members, np.zeros((members.shape[0], people)))), 0, within.most))
    while True:
        for point in points:
            steep = np.exp(-point)
            # z - steep * t <= 1 - exp(-point) - steep * point
            cuts.append(LinearConstraint(np.hstack((-(slope.multiply(steep[:, None])).toarray(), np.eye(people))), -np.inf, -np.expm1(-point) - steep * point))
        found = milp(np.concatenate((np.zeros(candidates), -given.open)), integrality=np.concatenate((np.ones(candidates), np.zeros(people))),
                     bounds=Bounds(0, 1), constraints=[*choice, *cuts], options={"mip_rel_gap": 1e-9})
        chosen = np.flatnonzero(found.x[:candidates] > 0.5)
        reached = given.reach(chosen)
        if -found.fun - reached <= CLOSE * max(1.0, reached):
            return chosen, reached
        points = [slope @ np.round(found.x[:candidates])]


def ratios(seeds: Sequence[int], most: int | None) -> list[float]:
    """For each seed, what greedy choice reaches of the optimum; the bound that users are told must hold as well."""
    found = []
    for seed in seeds:
        given, group = instance(seed)
        within = limits(group, most)
        rows, gains = within.choose(given)
        best = optimum(given, within)[1]
        assert upper_bound(given, rows, within) >= best - 1e-6
        found.append(float(gains.sum()) / best)
    return found


def exact(instances: int) -> None:
    for most in (None, 2):
        began = time.perf_counter()
        reached = ratios(range(instances), most)
        print(f"exact: {instances} instances (seeds 0 to {instances - 1}), {CHOSEN} of {CANDIDATES} candidates, {CONSUMERS} consumers, "
              f"{'no limit' if most is None else f'at most {most} of each of {GROUPS} departments'}: greedy reaches {min(reached):.1%} of the optimum at worst, "
              f"{np.mean(reached):.2%} on average, all of it in {np.mean(np.array(reached) > 1 - 1e-6):.0%} ({time.perf_counter() - began:.0f} s)", flush=True)


def networks(data: Path) -> None:
    for name, settings in real_networks(data).items():
        if settings is None:
            print(f"networks: {name} is not in {data}; set ADVOCACY_DATA or --data")
            continue
        scenario = load_scenario("baseline", settings)
        for spread in ("direct", "passed_on"):
            found = recruit(scenario, Wishes(20, spread=spread))  # type: ignore[arg-type]
            ends = {way: float(curve[-1]) for way, curve in found.curves.items()}
            print(f"networks: {name}, 20 of {found.candidates:,} employees, {spread}: " + ", ".join(f"{way} {value:,.0f}" for way, value in ends.items())
                  + f" people added; {ends['chosen'] / ends['most_followers']:.2f} times most followers; no choice adds more than {found.bound:,.0f}", flush=True)


def real_networks(data: Path) -> dict[str, list[str] | None]:
    """Settings that put real networks into the baseline; None where the data are not there. No programme yet, ads as in the baseline."""
    friends, mails = data / "facebook-ego/facebook_combined.txt.gz", data / "email-eu-core/email-Eu-core.txt.gz"
    common = ["society.network.family=file", "programme.enrolment_fraction=0", "paid.budget=2000"]
    return {
        "facebook-ego": [*common, f"society.network.file={friends}", "society.network.nodes=consumers", "society.employees=400"] if friends.is_file() else None,
        "email-eu-core": [*common, f"society.network.file={mails}", f"society.network.attributes={mails.parent / 'email-Eu-core-department-labels.txt'}"] if mails.is_file() else None,
    }


def large() -> None:
    use_threads(worker_count(None))
    recruit(load_scenario("baseline", ["market.consumers=2000", "society.employees=40"]), Wishes(5))  # compiles
    scenario = load_scenario("baseline", ["market.consumers=1000000", "society.employees=10000"])
    for spread in ("direct", "passed_on"):
        began = time.perf_counter()
        found = recruit(scenario, Wishes(50, spread=spread))  # type: ignore[arg-type]
        sets = "" if found.sets is None else f", {found.sets:,} reverse-reachable sets"
        print(f"time: 50 of {found.candidates:,} candidates among 10,000 employees, 1,000,000 consumers, {spread}: {time.perf_counter() - began:.1f} s "
              f"(society and baselines included{sets}); {found.curves['chosen'][-1]:,.0f} people against {found.curves['most_followers'][-1]:,.0f} by most followers", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("--instances", type=int, default=100)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ADVOCACY_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"))
    parser.add_argument("--only", choices=("exact", "networks", "time"))
    asked = parser.parse_args()
    if asked.only in (None, "exact"):
        exact(asked.instances)
    if asked.only in (None, "networks"):
        networks(asked.data)
    if asked.only in (None, "time"):
        large()


if __name__ == "__main__":
    main()
