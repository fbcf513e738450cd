"""Kept societies are the ones that would be made: whatever happens to the files, and whatever changes in a scenario."""

from __future__ import annotations

import datetime
import errno
import importlib.util
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from simulation import api
from simulation.errors import InputError
from simulation.inputs.evidence import bases
from simulation.inputs.network_file import read_network
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society import society as of_society
from simulation.society import store
from simulation.society.audiences import Audiences
from simulation.society.luck import Luck
from simulation.society.networks import ArrayTies
from simulation.society.society import Society

Arrays = dict[str, np.ndarray]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of one's own for every test, not made yet."""
    monkeypatch.setenv("ADVOCACY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ADVOCACY_CACHE_GB", raising=False)
    return tmp_path / "cache"


def some(number: int = 0) -> Arrays:
    """Arrays of several kinds."""
    return {"starts": np.array([0, 3, 3, 100]), "people": np.arange(100) + number, "shown": np.arange(100) / 7, "used": np.arange(100) % 3 == 0, "none": np.empty(0, np.int32)}


def never() -> Arrays:
    raise AssertionError("made although it is kept")


def same(found: Arrays, expected: Arrays) -> bool:
    return list(found) == list(expected) and all(found[name].dtype == each.dtype and np.array_equal(found[name], each) for name, each in expected.items())


def folders() -> list[str]:
    """Names of everything in the store."""
    return sorted(path.name for path in store.store_folder().iterdir()) if store.store_folder().is_dir() else []


@given(st.dictionaries(st.text(min_size=1), of_numpy.arrays(st.sampled_from(["i8", "i4", "u1", "f8", "?"]), of_numpy.array_shapes(max_dims=2, min_side=0)), max_size=4))
def test_what_is_kept_is_what_was_made(arrays: Arrays) -> None:
    key = {"number": repr(arrays)}
    for make in (lambda: arrays, never):
        found = store.kept("anything", key, make)
        assert list(found) == list(arrays)
        for name, array in arrays.items():
            assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
            assert found[name].tobytes() == array.tobytes()
            assert type(found[name]) is np.ndarray
            assert found[name].flags.writeable
            assert found[name].flags.aligned
    store.remove(store.folder_of("anything", key))


def test_what_one_writes_stays_with_oneself() -> None:
    mine = store.kept("mine", {}, some)
    mine["people"][:] = -1
    assert same(store.kept("mine", {}, never), some())


def test_key_words_and_code_tell_societies_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {store.folder_of("audiences", {"luck": 1}), store.folder_of("audiences", {"luck": 2}), store.folder_of("pages", {"luck": 1})}
    monkeypatch.setattr(store, "_sources", lambda: "other code")
    places.add(store.folder_of("audiences", {"luck": 1}))
    assert len(places) == 4


# ---- damage

def rewritten(folder: Path, **changes: Any) -> None:
    """Change the manifest's first entry as somebody would who knows the checksum."""
    manifest = store._manifest(folder)
    manifest["arrays"][1].update(changes)
    (folder / "manifest.json").write_text(json.dumps({**manifest, "crc32": store._checksum_of(manifest)}), encoding="utf-8")


def flipped(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def without_arrays(folder: Path) -> None:
    manifest = {"what": "nothing"}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "crc32": store._checksum_of(manifest)}), encoding="utf-8")


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "truncated": lambda folder: os.truncate(folder / "1.npy", 500),
    "empty": lambda folder: os.truncate(folder / "1.npy", 0),
    "longer": lambda folder: (folder / "1.npy").write_bytes((folder / "1.npy").read_bytes() + b"\0"),
    "flipped in the header": lambda folder: flipped(folder / "1.npy", 20),
    "flipped in the data": lambda folder: flipped(folder / "1.npy", -1),
    "missing": lambda folder: (folder / "1.npy").unlink(),
    "a folder": lambda folder: ((folder / "1.npy").unlink(), (folder / "1.npy").mkdir()),
    "exchanged": lambda folder: shutil.copy(folder / "2.npy", folder / "1.npy"),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "not JSON": lambda folder: (folder / "manifest.json").write_text("{", encoding="utf-8"),
    "not text": lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"),
    "another JSON": lambda folder: (folder / "manifest.json").write_text("[1]", encoding="utf-8"),
    "flipped in the manifest": lambda folder: (folder / "manifest.json").write_text((folder / "manifest.json").read_text().replace("starts", "stairs")),
    "without arrays": without_arrays,
    "wrong shape": lambda folder: rewritten(folder, shape=[50, 2]),
    "wrong type": lambda folder: rewritten(folder, dtype="<f8"),
    "wrong size": lambda folder: rewritten(folder, bytes="many"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found_said_in_one_line_and_mended(damage: Callable[[Path], Any], caplog: pytest.LogCaptureFixture) -> None:
    store.kept("some", {}, some)
    folder = store.folder_of("some", {})
    damage(folder)
    with caplog.at_level(logging.WARNING):
        assert same(store.kept("some", {}, some), some())
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("advocacy: a kept society was damaged (")
    assert "\n" not in caplog.messages[0]
    assert caplog.records[0].exc_info is None
    assert same(store.kept("some", {}, never), some())
    assert folders() == [folder.name]


def test_no_single_bit_can_change_what_is_found() -> None:
    store.kept("some", {}, some)
    folder = store.folder_of("some", {})
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    luck = np.random.default_rng(1)
    for name, data in whole.items():
        for place in luck.integers(0, len(data), 25):
            changed = bytearray(data)
            changed[place] ^= 1 << int(luck.integers(8))
            (folder / name).write_bytes(changed)
            try:
                found = store._mapped(folder)
            except store._DamagedError:
                continue
            finally:
                (folder / name).write_bytes(data)
            assert same(found, some()), f"{name}, byte {place}"


def test_the_warning_is_one_plain_line_on_the_terminal(cache: Path) -> None:
    store.kept("some", {}, some)
    os.truncate(store.folder_of("some", {}) / "1.npy", 300)
    code = "import numpy as np; from simulation.society.store import kept; print(kept('some', {}, lambda: {'x': np.arange(3)})['x'].sum())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "3\n"
    assert done.stderr.startswith("advocacy: a kept society was damaged (")
    assert done.stderr.count("\n") == 1


def test_a_system_out_of_files_is_no_damage(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    store.kept("some", {}, some)

    def exhausted(file: object) -> int:
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_checksum", exhausted)
        assert same(store.kept("some", {}, some), some())
    assert caplog.messages == []
    assert same(store.kept("some", {}, never), some())


# ---- places that cannot be written to

def test_below_a_file_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("ADVOCACY_CACHE", str(tmp_path / "file" / "deep"))
    assert same(store.kept("some", {}, some), some())
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"
    assert store.societies() == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever may write anywhere is refused nowhere")
def test_a_folder_without_permission_is_read_but_not_written(cache: Path) -> None:
    store.kept("old", {}, some)
    store.store_folder().chmod(0o500)
    try:
        assert same(store.kept("old", {}, never), some())
        assert same(store.kept("new", {}, some), some())
        assert len(folders()) == 1
    finally:
        store.store_folder().chmod(0o700)


@pytest.mark.parametrize("moment", [0, 2])
def test_a_full_disk_keeps_nothing_and_leaves_nothing(moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write, times = np.save, iter(range(100))

    def full(*arguments: Any, **options: Any) -> None:
        if next(times) == moment:
            raise OSError(errno.ENOSPC, "no space left")
        write(*arguments, **options)

    monkeypatch.setattr(np, "save", full)
    assert same(store.kept("some", {}, some), some())
    assert folders() == []


def test_space_is_left_for_results(monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(array.nbytes for array in some().values())
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10 * size, 9 * size, size))
    assert same(store.kept("some", {}, some), some())
    assert folders() == []


# ---- the limit

@pytest.mark.parametrize(("text", "limit"), [("", 4_000_000_000), ("0", 0), ("0.5", 500_000_000), (" 12 ", 12_000_000_000), ("1e3", 1_000_000_000_000)])
def test_the_limit_is_in_gigabytes(text: str, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE_GB", text)
    assert store.limit_bytes() == limit


@pytest.mark.parametrize("text", ["much", "-1", "nan", "inf", "4 GB", "2000000"])
def test_a_limit_that_is_no_size_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE_GB", text)
    with pytest.raises(InputError, match=r"ADVOCACY_CACHE_GB: given '.*'; allowed: gigabytes .* 0 \(keep none\) to 1,000,000"):
        store.kept("some", {}, some)


def big(number: int) -> Callable[[], Arrays]:
    """About a tenth of a megabyte."""
    return lambda: {"x": np.full(12_500, number)}


def test_the_least_recently_used_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE_GB", "0.00035")
    places = [store.folder_of("big", {"number": number}) for number in range(5)]
    for number in (0, 1, 2):
        store.kept("big", {"number": number}, big(number))
        os.utime(places[number], (1000.0 + number, 1000.0 + number))
    store.kept("big", {"number": 0}, never)
    assert [each.folder for each in store.societies()] == [places[1], places[2], places[0]]
    store.kept("big", {"number": 3}, big(3))
    assert [place.exists() for place in places] == [True, False, True, True, False]
    store.kept("big", {"number": 4}, big(4))
    assert [place.exists() for place in places] == [True, False, False, True, True]
    assert sum(each.bytes for each in store.societies()) < 350_000


def test_the_latest_stays_even_above_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE_GB", "0.0001001")
    for number in (0, 1):
        assert same(store.kept("big", {"number": number}, big(number)), big(number)())
        assert folders() == [store.folder_of("big", {"number": number}).name]


def test_what_is_larger_than_the_limit_is_not_kept_and_displaces_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store.kept("some", {}, some)
    monkeypatch.setenv("ADVOCACY_CACHE_GB", "0.00005")
    assert same(store.kept("big", {}, big(1)), big(1)())
    assert folders() == [store.folder_of("some", {}).name]


def test_a_limit_of_nothing_leaves_no_trace(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE_GB", "0")
    assert same(store.kept("some", {}, some), some())
    assert not cache.exists()


# ---- other processes

AT_ONCE = """
import sys, time
from pathlib import Path
import numpy as np
from simulation.society.store import kept
barrier, name = Path(sys.argv[1]), sys.argv[2]
def make():
    (barrier / name).touch()
    while len(list(barrier.iterdir())) < 3:
        time.sleep(0.001)
    return {"people": np.arange(200_000), "shown": np.arange(200_000) / 7}
found = kept("some", {}, make)
print(int(found["people"].sum()), float(found["shown"].sum()))
"""


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_that_make_the_same_at_once_end_with_one(tmp_path: Path) -> None:
    barrier = tmp_path / "barrier"
    barrier.mkdir()
    said = [process.communicate(timeout=60) for process in [python(AT_ONCE, barrier, name) for name in "abc"]]
    expected = f"{np.arange(200_000).sum()} {float((np.arange(200_000) / 7).sum())}\n"
    assert said == [(expected, "")] * 3
    assert folders() == [store.folder_of("some", {}).name]
    assert same(store.kept("some", {}, never), {"people": np.arange(200_000), "shown": np.arange(200_000) / 7})


KILLED = """
import sys, time
import numpy as np
from simulation.society.store import kept
write, moment = np.save, sys.argv[1]
def stop():
    print("here", flush=True)
    time.sleep(60)
def slow(*arguments, **options):
    write(*arguments, **options)
    stop()
if moment == "writing":
    np.save = slow
def make():
    if moment == "making":
        stop()
    return {"people": np.arange(100)}
kept("some", {}, make)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize(("moment", "left"), [("making", 0), ("writing", 1)])
def test_whoever_is_killed_leaves_nothing_broken_and_nothing_for_good(moment: str, left: int) -> None:
    process = python(KILLED, moment)
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.kill()
    process.communicate()
    assert len(folders()) == left
    assert all(store.UNFINISHED.fullmatch(name) for name in folders())
    assert same(store.kept("some", {}, some), some())
    assert len(folders()) == 1 + left
    for each in store.societies():
        if each.what == "unfinished":
            os.utime(each.folder, (time.time() - 3700, time.time() - 3700))
    store.kept("other", {}, some)
    assert all(store.NAME.fullmatch(name) for name in folders())
    assert len(folders()) == 2


def test_other_files_in_the_store_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    store.store_folder().mkdir(parents=True)
    for name in ("thesis", ".hidden"):
        (store.store_folder() / name).mkdir()
        os.utime(store.store_folder() / name, (1.0, 1.0))
    monkeypatch.setenv("ADVOCACY_CACHE_GB", "0.0001001")
    for number in (0, 1):
        store.kept("big", {"number": number}, big(number))
    assert folders() == sorted([".hidden", "thesis", store.folder_of("big", {"number": 1}).name])


MAPPED = """
import numpy as np
from simulation.society.store import kept
def never():
    raise AssertionError
found = kept("some", {}, never)
try:
    maps = open("/proc/self/maps").read()
except OSError:
    maps = ""
found["people"][:] = 0
print(maps.count(".npy"))
"""


def test_processes_map_the_same_files() -> None:
    mine = store.kept("some", {}, some)
    before = {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in store.folder_of("some", {}).iterdir()}
    said, errors = python(MAPPED).communicate(timeout=60)
    assert errors == ""
    assert int(said) == (len(mine) if Path("/proc/self/maps").exists() else 0)
    assert {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in store.folder_of("some", {}).iterdir()} == before
    assert same(mine, some())


def test_what_is_removed_stays_with_those_who_have_mapped_it() -> None:
    mine = store.kept("some", {}, some)
    assert store.remove(store.folder_of("some", {}))
    assert folders() == []
    assert same(mine, some())


# ---- societies

@pytest.fixture
def all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Societies of any size are kept."""
    monkeypatch.setattr(store, "LEAST_TIES", 0)


def columns(audiences: Audiences) -> Arrays:
    return of_society._flat_audiences(audiences)


def test_few_ties_are_not_worth_a_file(tiny: Scenario, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_society, "kept", never)
    for family in ("foci", "barabasi_albert"):
        society = Society(tiny.replace(society__network__family=family), Luck(1))
        for name in tiny.platforms.names():
            society.audiences(name)
            society.page_audiences(name)
    assert not cache.exists()


@pytest.mark.parametrize(("employees", "consumers", "worth"), [(300, 300_000, set()), (3000, 1_000_000, {"linkedin"}), (10_000, 1_000_000, {"facebook", "linkedin", "twitter"})])
def test_many_ties_are_kept(employees: int, consumers: int, worth: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load_scenario("baseline", [f"society.employees={employees}", f"market.consumers={consumers}"])
    society, asked = Society(scenario, Luck(1)), set()
    for name in scenario.platforms.names():
        if store.worth_keeping(society._expected_ties(name)):
            asked.add(name)
    assert asked == worth


def test_runs_without_kept_societies_first_with_and_later_are_the_same_bytes(tiny: Scenario, all_kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, said = tiny.replace(society__network__mean_followers=20.0, horizon__weeks=1, run__replications=1), []
    for family in ("foci", "configuration"):
        found = []
        for limit in ("0", "1", "1"):
            monkeypatch.setenv("ADVOCACY_CACHE_GB", limit)
            result = api.run(scenario.replace(society__network__family=family))
            found.append((json.dumps(result.summary()), result.to_dataframe().to_csv(), result.frequency().to_csv()))
            said.append(len(folders()))
        assert found[0] == found[1] == found[2]
    assert said == [0, 6, 6, 6, 13, 13]


def test_ties_of_families_and_files_come_back_as_they_were(tiny: Scenario, tmp_path: Path, all_kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "net.csv"
    file.write_text("\n".join(f"person {a},person {a * 7 % 60 + 1}" for a in range(60)) + '\n"ünïcode",person 1\n', encoding="utf-8")
    of_file = load_scenario("baseline", ["society.employees=5", "society.network.family=file", f"society.network.file={file}", "society.network.nodes=consumers"])
    for scenario in (of_file, tiny.replace(society__network__family="watts_strogatz")):
        monkeypatch.setenv("ADVOCACY_CACHE_GB", "0")
        made = Society(scenario, Luck(3))
        monkeypatch.setenv("ADVOCACY_CACHE_GB", "1")
        Society(scenario, Luck(3))
        with monkeypatch.context() as patch:
            patch.setattr(of_society, "_flat_ties", never)
            found = Society(scenario, Luck(3))
        assert isinstance(made.ties, ArrayTies)
        assert isinstance(found.ties, ArrayTies)
        assert (found.ties.labels, found.ties.directed) == (made.ties.labels, made.ties.directed)
        assert same(of_society._flat_ties(found.ties), of_society._flat_ties(made.ties))
        for name in scenario.platforms.names():
            assert same(columns(found.audiences(name)), columns(made.audiences(name)))


# ---- the digest

@pytest.fixture(scope="module")
def changes(repository: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """For every key of a scenario: a setting in which it matters, and the same with another value."""
    specification = importlib.util.spec_from_file_location("levers", repository / "tests/laws/test_levers.py")
    assert specification is not None
    assert specification.loader is not None
    levers = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(levers)
    others = {"horizon.step_hours": 12, "horizon.start_date": datetime.date(2020, 1, 1), "market.sample_fraction": 0.5, "society.network.family": "watts_strogatz", "society.network.platform": "linkedin", "run.replications": 3, "run.engine": "agents", "run.workers": 2,
              "society.network.nodes": "consumers", "paid.bursts": [{"first_week": 1}], "paid.flights": [{"name": "all"}], "behaviour.posting_shape": 0.3, "run.parameters": "fixed"}
    rows = [(row.key, row.setting, row.low, row.high) for row in levers.LEVERS]
    rows += [(f"platforms.{name}.{row.key}", {f"platforms__{name}__{key}": value for key, value in row.setting.items()}, row.low, row.high)
             for row in levers.ON_A_PLATFORM for name in ("linkedin", "twitter")]
    rows += [(key, {}, value, value) for key, value in others.items()]
    rows += [("paid.targeting.lookalike.accuracy", {"paid__targeting__lookalike": {"size": 0.5}}, 0.1, 0.9)]
    walked = {key for key, *_ in rows} | {key.replace("linkedin", "facebook") for key, *_ in rows}
    assert {key for key, _ in bases() if "NAME" not in key} - walked == {"society.network.file", "society.network.attributes", "run.seed", "run.posterior", "run.held"}
    return [(setting, {**setting, key.replace(".", "__"): value}) for key, setting, low, high in rows for value in (low, high)]


Found = dict[str, tuple[str, Arrays]]


@pytest.fixture
def listed(tiny: Scenario, all_kept: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Found]:
    """Digest and arrays of all that would be kept of a small society after some changes; nothing is written."""
    known: dict[str, Found] = {}
    asked: Found = {}

    def watched(what: str, key: dict[str, Any], make: Callable[[], Arrays]) -> Arrays:
        asked[what.partition(";")[0]] = (store.folder_of(what, key).name, made := make())
        return made

    def found(values: dict[str, Any]) -> Found:
        scenario = tiny.replace(market__consumers=500).replace(**values)
        text = scenario.model_dump_json()
        if text not in known:
            asked.clear()
            society = Society(scenario, Luck(scenario.run.seed))
            for name in scenario.platforms.names():
                society.audiences(name)
                society.page_audiences(name)
            known[text] = dict(asked)
        return known[text]

    monkeypatch.setattr(of_society, "kept", watched)
    return found


def test_no_key_changes_a_society_and_not_its_digest(listed: Callable[[dict[str, Any]], Found], changes: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    moved = set()
    for setting, changed in changes:
        before, after = listed(setting), listed(changed)
        for what, (digest, arrays) in after.items():
            if what not in before or before[what][0] != digest:
                moved |= changed.keys() - setting.keys()
            else:
                assert same(arrays, before[what][1]), f"{what}: {changed} would be served from {setting}"
    assert {"market__consumers", "society__employees", "platforms__twitter__following_log_sd", "platforms__linkedin__active_fraction", "behaviour__activity_shape"} <= moved


def test_another_luck_is_another_society(listed: Callable[[dict[str, Any]], Found]) -> None:
    one, other = (listed({"society__departments": 1, "run__seed": seed}) for seed in (1, 2))
    assert {digest for digest, _ in one.values()} & {digest for digest, _ in other.values()} == set()


def test_what_is_often_tried_finds_the_same_society(listed: Callable[[dict[str, Any]], Found]) -> None:
    expected = {what: digest for what, (digest, _) in listed({}).items()}
    often = {"paid__budget": 2000.0, "paid__cap": None, "paid__targeting__audience_fraction": 0.5, "programme__stage": 5, "programme__enrolment_fraction": 0.9,
             "programme__enabled": False, "behaviour__offered_share_probability": 0.3, "behaviour__appeal_log_sd": 0.5, "behaviour__topics": 9, "behaviour__source_multiplier": 3.0,
             "society__region": "europe", "society__colleague_fraction": 0.1, "society__managers_span": 4, "page__posts_per_week": 7.0, "horizon__weeks": 1,
             "market__sample_fraction": 0.5, "platforms__linkedin__visibility_fraction": 0.3, "platforms__linkedin__like_rate": 0.05, "platforms__linkedin__half_life_hours": 3.0,
             "platforms__linkedin__out_of_network": 0.0, "platforms__linkedin__advocate_fraction": 1.0, "run__replications": 7, "run__workers": 3, "title": "Another"}
    for key, value in often.items():
        assert {what: digest for what, (digest, _) in listed({key: value}).items()} == expected, key


def test_a_platform_is_not_listed_anew_for_what_changes_on_another(listed: Callable[[dict[str, Any]], Found]) -> None:
    before, after = listed({}), listed({"platforms__linkedin__followers_median": 90.0, "platforms__facebook": None})
    told_apart = {what for what, (digest, _) in after.items() if digest != before[what][0]}
    assert told_apart == {"audiences of the employees on linkedin", "followers of the page on linkedin"}


def test_an_edited_network_file_is_another_society(tmp_path: Path, all_kept: None, listed: Callable[[dict[str, Any]], Found]) -> None:
    file, seen = tmp_path / "colleagues.csv", []
    for text in ("1,2\n2,3\n3,4\n", "1,2\n2,3\n4,1\n"):
        file.write_text(text, encoding="utf-8")
        read_network.cache_clear()
        seen.append(listed({"society__network": {"family": "file", "file": str(file)}, "society__employees": 4, "title": text}))
    first, second = seen
    assert all(first[what][0] != second[what][0] for what in first)
    assert any(not same(first[what][1], second[what][1]) for what in first)
