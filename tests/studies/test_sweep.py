"""Studies: same bytes however the work is cut and whatever is reused, errors in rows, work of killed processes done again."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow.parquet as pq
import pytest

from simulation import api
from simulation.errors import Cancelled, InputError
from simulation.inputs.design import load_design
from simulation.inputs.parameters import Scenario
from simulation.presentation.study_folder import open_folder
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.society.store import LEAVE_TIES, same_ties
from simulation.studies import pool
from simulation.studies.replication import Reusing, replicate
from simulation.studies.sweep.plan import Plan, plan_of
from simulation.studies.sweep.playing import play_chunk
from simulation.studies.sweep.table import collected, to_parquet

SETTINGS = {"market.consumers": 300, "society.employees": 10, "society.departments": 2, "horizon.weeks": 1, "paid.cap": None, "run.engine": "agents"}
TINY: dict[str, Any] = {"settings": SETTINGS, "method": "grid", "replications": 2,
                        "vary": {"programme.enrolment_fraction": [0.2, 0.9], "paid.budget": [1600.0, 2500.0], "behaviour.hop_damping": [0.05, 0.1]}}


def plan(**changes: Any) -> Plan:
    return plan_of(load_design({**TINY, **changes}))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small study, played in one process."""
    return api.sweep(TINY, tmp_path_factory.mktemp("study") / "out", workers=1).folder


def test_a_study_has_one_row_for_each_point_replication_and_world(study: Path) -> None:
    table = pd.read_parquet(study / "results.parquet")
    keys = [tuple(row) for row in table[["point", "replication", "world"]].itertuples(index=False)]
    assert keys == [(point, replication, world) for point in range(8) for replication in range(2) for world in ("advocacy", "both", "neither", "paid")]
    assert table["error"].isna().all()
    assert {"lever.programme.enrolment_fraction", "lever.paid.budget", "uncertainty.behaviour.hop_damping", "total.reach", "programme.reach", "paid.frequency",
            "comparison.added_reach.programme"} <= set(table.columns)
    assert (table["comparison.added_reach.paid"].notna() == (table["world"] == "both")).all()
    assert sorted(path.name for path in study.iterdir()) == ["design.yaml", "plan.json", "provenance.json", "results.parquet", "scenario.yaml"]


def test_rows_are_those_of_playing_each_point_by_itself(study: Path) -> None:
    table, laid = pd.read_parquet(study / "results.parquet"), plan()
    for number in (0, 3, 7):
        result = replicate(pool.Task(laid.study.scenario_at(laid.points[number]), 1, True))
        rows = table[(table["point"] == number) & (table["replication"] == 1)].set_index("world")
        for world, played in result.worlds.items():
            for name, value in played.totals.items():
                assert rows.loc[world, f"total.{name}"] == value or (value is None and np.isnan(rows.loc[world, f"total.{name}"]))
        assert rows.loc["both", "comparison.incremental_reach.programme"] == (result.comparison or {})["incremental_reach"]["programme"]


def test_points_share_their_luck(study: Path) -> None:
    """The page's reach is untouched by enrolment, so it is equal to the person on every point of a replication; and another in the next."""
    neither = pd.read_parquet(study / "results.parquet").query("world == 'neither' and `uncertainty.behaviour.hop_damping` == 0.05")
    assert (neither.groupby("replication")["total.reach"].nunique() == 1).all()
    assert neither.groupby("replication")["total.impressions"].first().nunique() == 2


def test_bytes_do_not_depend_on_how_the_work_is_cut(study: Path) -> None:
    whole = (study / "results.parquet").read_bytes()
    for size in (1, 5, 16):
        laid = plan_with(size)
        assert to_parquet(collected([play_chunk(laid.chunk(number)) for number in range(laid.chunks)])) == whole


def plan_with(size: int) -> Plan:
    laid = plan()
    object.__setattr__(laid, "size", size)
    return laid


def test_several_processes_give_the_same_bytes(study: Path, tmp_path: Path) -> None:
    assert (api.sweep(TINY, tmp_path / "two", workers=2).folder / "results.parquet").read_bytes() == (study / "results.parquet").read_bytes()


def test_readers_agree(study: Path) -> None:
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    path = study / "results.parquet"
    own = pd.read_parquet(path)
    assert polars.read_parquet(path)["total.reach"].sum() == own["total.reach"].sum()
    found = duckdb.sql(f"select sum(\"total.reach\"), count(*) from '{path}' where world = 'both'").fetchall()[0]
    both = own[own["world"] == "both"]
    assert found == (both["total.reach"].sum(), len(both))


def test_a_run_that_fails_is_a_row_with_its_error(tmp_path: Path) -> None:
    """So many reshares that the model refuses the point."""
    result = api.sweep({**TINY, "vary": {"platforms.linkedin.reshare_rate": [0.001, 0.2], "behaviour.hop_damping": [0.001, 1.0]}}, tmp_path / "out", workers=1)
    table = result.to_dataframe()
    failed = table[table["error"].notna()]
    assert len(table) == 4 * 2 * 4
    assert set(failed["point"]) == {3}
    assert len(failed) == 8
    assert failed["error"].str.contains("reshare").all()
    assert failed["total.reach"].isna().all()
    assert table[table["error"].isna()]["total.reach"].notna().all()
    assert len(result.failures) == 2
    assert "2 of 8 runs failed" in result.answer()
    assert json.loads((result.folder / "provenance.json").read_text())["failed_runs"] == 2


def test_where_all_runs_fail_there_are_rows_too(tmp_path: Path) -> None:
    table = api.sweep({**TINY, "vary": {"platforms.linkedin.reshare_rate": [0.19, 0.2]}, "settings": {**SETTINGS, "behaviour.hop_damping": 1.0}}, tmp_path / "out", workers=1).to_dataframe()
    assert len(table) == 16
    assert table["error"].notna().all()


LEVERS_AND_MORE = {"programme.enrolment_fraction": 0.8, "programme.training": 0.9, "programme.stage": 5, "programme.items_per_week": 7.0, "programme.displacement_fraction": 0.9,
                   "paid.budget": 2600.0, "paid.blocked_fraction": 0.6, "paid.viewable_fraction": 0.9, "horizon.weeks": 2, "horizon.tail_days": 3, "page.posts_per_week": 1.0,
                   "page.enabled": False, "paid.targeting.audience_fraction": 0.4}


def other_value(scenario: Scenario, key: str) -> Any:
    """Another value that an uncertainty of behaviour may take."""
    found = getattr(scenario.behaviour, key)
    if key == "segments":
        return {"eager": 0.6, "persuadable": 0.1, "loud_mixed": 0.1, "critical": 0.1, "inert": 0.1}
    if key == "topics":
        return 2
    return 0.4 if found is None else found * 1.2 if found else 0.1


def figures(result: Any) -> str:
    return json.dumps([{name: (world.totals, world.channels, world.extras) for name, world in result.worlds.items()}, result.comparison], sort_keys=True, default=str)


@pytest.mark.parametrize("key", [*LEVERS_AND_MORE, *(f"behaviour.{name}" for name in sorted(LEAVE_TIES["behaviour"]))])
def test_a_society_that_is_used_again_changes_nothing(tiny: Scenario, key: str) -> None:
    """Every key that is said to leave the ties alone, played on the society of the scenario before it and on one of its own."""
    base = tiny.replace(horizon__weeks=1, market__consumers=300, run__engine="agents", run__parameters="fixed")
    value = LEVERS_AND_MORE[key] if key in LEVERS_AND_MORE else other_value(base, key.split(".")[1])
    changed = base.replace(**{key.replace(".", "__"): value})
    reusing = Reusing()
    replicate(pool.Task(base, 3, True), reusing, verdicts=0)
    again = replicate(pool.Task(changed, 3, True), reusing, verdicts=0)
    assert reusing.made == 1
    assert figures(again) == figures(replicate(pool.Task(changed, 3, True), verdicts=0))


@pytest.mark.parametrize(("key", "value"), [("market__consumers", 400), ("society__shared_circle_fraction", 0.9), ("behaviour__source_multiplier", 3.0), ("behaviour__hop_damping", 0.1),
                                            ("page__network_ratio", 5.0), ("behaviour__activity_shape", 0.9), ("market__sample_fraction", 0.5)])
def test_a_key_that_decides_ties_or_levels_makes_a_new_society(tiny: Scenario, key: str, value: Any) -> None:
    changed = tiny.replace(**{key: value})
    assert not same_ties(tiny, changed)
    reusing, luck = Reusing(), Luck(1)
    first = reusing(tiny, luck)
    assert reusing(changed, luck) is not first
    assert reusing(changed, Luck(2)).luck.seed != luck.seed
    assert reusing.made == 3


def test_runs_of_a_piece_make_each_society_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    original = Society.__init__

    def counting(self: Society, scenario: Scenario, luck: Luck) -> None:
        made.append(luck.seed)
        original(self, scenario, luck)

    monkeypatch.setattr(Society, "__init__", counting)
    laid = plan(vary={"programme.enrolment_fraction": [0.2, 0.4, 0.6, 0.9]})
    object.__setattr__(laid, "size", laid.runs)
    play_chunk(laid.chunk(0))
    assert len(made) == len(set(made)) == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are found below the fork server")
def test_work_of_a_killed_process_is_done_again() -> None:
    """One of two workers is killed after the first piece; every piece comes once."""
    done = []
    for place, _ in pool.each_done(time.sleep, [0.2] * 8, 2):
        if not done:
            next(child for child in psutil.Process().children(recursive=True) if child.ppid() != os.getpid()).kill()
        done.append(place)
    assert sorted(done) == list(range(8))


def test_processes_that_are_killed_again_and_again_are_given_up() -> None:
    with pytest.raises(InputError, match="killed 3 times in a row"):
        pool.do_all(os._exit, [1, 1, 1], 2)


def test_an_unfinished_study_is_not_thrown_away(tmp_path: Path) -> None:
    laid = plan()
    kept = open_folder(tmp_path / "out", laid, resume=False, anew=False)
    kept.keep(0, play_chunk(laid.chunk(0)))
    with pytest.raises(InputError, match=r"an unfinished study, 1 of \d+ pieces; add --resume"):
        open_folder(tmp_path / "out", laid, resume=False, anew=False)
    assert open_folder(tmp_path / "out", laid, resume=True, anew=False).missing() == list(range(1, laid.chunks))
    assert open_folder(tmp_path / "out", laid, resume=False, anew=True).missing() == list(range(laid.chunks))


@pytest.mark.parametrize(("changes", "words"), [({"replications": 3}, "other replications"), ({"vary": {"programme.stage": [1, 2]}}, "other points"), ({"seed": 5}, "other seed"),
                                                ({"settings": {**SETTINGS, "society.employees": 11}}, "employees: 11 instead of employees: 10")])
def test_another_study_is_not_resumed(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    open_folder(tmp_path / "out", plan(), resume=False, anew=False)
    with pytest.raises(InputError, match=f"holds another study: .*{words}"):
        open_folder(tmp_path / "out", plan(**changes), resume=True, anew=False)


def test_a_damaged_piece_is_played_again_and_the_end_is_the_same(study: Path, tmp_path: Path) -> None:
    laid = plan()
    kept = open_folder(tmp_path / "out", laid, resume=False, anew=False)
    for number in (0, 2):
        kept.keep(number, play_chunk(laid.chunk(number)))
    damaged = tmp_path / "out" / "pieces" / "piece-000002.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    (tmp_path / "out" / "pieces" / ".piece-000001.parquet.partial").write_bytes(b"half")
    api.sweep(TINY, tmp_path / "out", resume=True, workers=1)
    assert (tmp_path / "out" / "results.parquet").read_bytes() == (study / "results.parquet").read_bytes()
    assert not (tmp_path / "out" / "pieces").exists()


def test_a_finished_study_is_not_played_again(study: Path) -> None:
    calls: list[int] = []
    result = api.sweep(TINY, study, resume=True, progress=lambda done, total, failed: calls.append(done))
    assert calls == []
    assert len(result.to_dataframe()) == 64


def test_an_interrupt_keeps_what_is_finished(tmp_path: Path, study: Path) -> None:
    def stop(done: int, total: int, failed: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(Cancelled) as cancelled:
        api.sweep(TINY, tmp_path / "out", workers=1, progress=stop)
    assert sum(cancelled.value.finished) == 3
    left: list[int] = []
    api.sweep(TINY, tmp_path / "out", resume=True, workers=1, progress=lambda done, total, failed: left.append(total))
    assert left[0] == 16 - 3
    assert (tmp_path / "out" / "results.parquet").read_bytes() == (study / "results.parquet").read_bytes()


def test_values_of_several_kinds_fit_one_column() -> None:
    laid = plan(settings={key: value for key, value in SETTINGS.items() if key != "paid.cap"}, vary={"programme.encouragement": [None, 1], "paid.cap": [None, {"impressions": 3, "days": 7}], "page.enabled": [True, False]})
    assert laid.kinds == {"programme.encouragement": "int64", "paid.cap": "json", "page.enabled": "bool"}
    table = pq.read_table(io.BytesIO(play_chunk(laid.chunk(0)))).to_pylist()
    assert table[0]["lever.programme.encouragement"] is None


def test_too_many_runs_are_refused_with_count_and_estimate(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"3,000 points x 2 replications = 6,000 runs of four worlds, about \d+ \w+ here; more than 5,000 runs have to be confirmed with --yes"):
        api.sweep({**TINY, "method": "latin_hypercube", "points": 3000, "vary": {"paid.budget": {"low": 1600, "high": 2500}}}, tmp_path / "out")
    assert not (tmp_path / "out").exists()
