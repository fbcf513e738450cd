"""`advocacy facts` and `advocacy evidence`: output, exit statuses, and messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def advocacy(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "simulation", *words], cwd=cwd, capture_output=True, text=True, check=False)


SMALL = ("--only", "page-fan-reach", "--only", "depth-one", "--replications", "2", "--workers", "1", "--set", "market.consumers=20000", "--set", "horizon.weeks=4")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("facts")
    return {"text": advocacy("facts", *SMALL, "--assume", "135 advocates", "--to", "pages/validation.md", cwd=folder),
            "json": advocacy("facts", *SMALL, "--json", "--quiet", cwd=folder), "page": subprocess.CompletedProcess([str(folder / "pages")], 0, "", "")}


def test_the_catalogue_is_printed_with_verdicts_and_what_is_held_fixed(printed: dict[str, subprocess.CompletedProcess[str]]) -> None:
    done = printed["text"]
    assert done.returncode == 0, done.stderr
    assert "2 facts:" in done.stdout
    assert "held fixed: a Facebook page with 10,000 fans" in done.stdout
    assert "published 0.96, agreeing: at least 0.9; ours" in done.stdout
    assert "Assumed: 135 advocates" in done.stdout
    assert "measuring the facts" in done.stderr


def test_machine_output_is_json_alone_and_says_the_same_twice(printed: dict[str, subprocess.CompletedProcess[str]]) -> None:
    done = printed["json"]
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout, parse_constant=lambda text: pytest.fail(text))
    assert [each["fact"] for each in found["facts"]] == ["page-fan-reach", "depth-one"]
    for each in found["facts"]:
        assert each["verdict"] in ("holds", "breaks", "cannot say")
        assert each["ours"]["low"] <= each["ours"]["mean"] <= each["ours"]["high"]
        assert {"published", "low", "high", "source", "fixed", "free", "held_out", "figure"} <= each.keys()
    assert found["claims"] == []
    title = found["facts"][1]["ours"]["mean"]
    assert f"{title:.3g}" in printed["text"].stdout


def test_a_page_comes_with_pictures(printed: dict[str, subprocess.CompletedProcess[str]]) -> None:
    folder = Path(printed["page"].args[0])
    text = (folder / "validation.md").read_text(encoding="utf-8")
    pictures = [part.split(")")[0] for part in text.split("](")[1:] if part.startswith("images/")]
    assert pictures
    assert all((folder / picture).stat().st_size > 10_000 for picture in pictures)
    assert "No data set joins employees" in text


@pytest.mark.parametrize(("words", "said"), [
    (("--assume", "562%"), "Did you mean '561%'"),
    (("--only", "depth-on"), "Did you mean 'depth-one'"),
    (("--set", "market.consumer=5"), "Did you mean 'consumers'"),
    (("--to", "."), "is a folder"),
    (("nowhere",), "nowhere"),
])
def test_a_mistake_is_one_message_and_status_2(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = advocacy("facts", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_platform_that_is_left_out_leaves_nothing_to_say(tmp_path: Path) -> None:
    done = advocacy("facts", "--only", "page-fan-reach", "--set", "platforms.facebook=null", "--json", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    fact = json.loads(done.stdout)["facts"][0]
    assert (fact["verdict"], fact["ours"], fact["why_not"]) == ("cannot say", None, "the scenario has no facebook")


def test_the_evidence_is_printed_or_written(tmp_path: Path) -> None:
    printed, written = advocacy("evidence", cwd=tmp_path), advocacy("evidence", "--to", "pages/evidence.md", cwd=tmp_path)
    assert (printed.returncode, written.returncode) == (0, 0), written.stderr
    assert printed.stdout == (tmp_path / "pages/evidence.md").read_text(encoding="utf-8")
    assert printed.stdout.startswith("# Evidence")
