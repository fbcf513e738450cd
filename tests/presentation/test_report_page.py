"""The report: one file that needs nothing else, says what the results say, and can be read by people and by machines that read aloud."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulation.errors import InputError
from simulation.inputs.brand import Brand, Colours
from simulation.presentation.answer import reading
from simulation.presentation.assumptions import LIMITS
from simulation.presentation.branding import theme_of
from simulation.presentation.exports import html_report
from simulation.presentation.figures import sides, with_interval
from simulation.presentation.page.facts import SHIPPED, validation
from simulation.presentation.result import Comparison, Result
from simulation.presentation.stored import StoredComparison, StoredResult

FETCHES = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("object", "data"), ("image", "href"), ("use", "href"),
           ("image", "xlink:href"), ("use", "xlink:href")}


class Read(HTMLParser):
    """What a page holds: tags with attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.open = "", []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += f" {data}"


@pytest.fixture(scope="module")
def html(compared: tuple[Result, StoredResult]) -> str:
    return html_report(compared[1])


@pytest.fixture(scope="module")
def page(html: str) -> Read:
    return Read(html)


def test_nothing_is_fetched(html: str, page: Read) -> None:
    fetched = [attributes[name] for tag, attributes in page.tags for name in attributes if (tag, name) in FETCHES]
    assert all(address and address.startswith(("data:", "#")) for address in fetched)
    assert not re.search(r"@import|url\((?!#)", html)
    assert not any(tag in ("script", "link", "iframe") or any(name.startswith("on") for name in attributes) for tag, attributes in page.tags)
    assert "default-src 'none'" in html


def test_it_is_small(html: str) -> None:
    assert len(html.encode()) < 3_000_000


def test_names_from_a_scenario_are_text_and_nothing_else(html: str, page: Read) -> None:
    assert "<script" not in html
    assert '=HYPERLINK("http://evil") <script>alert(1)</script> & "Zoë"' in " ".join(page.text.split())


def test_it_says_the_answer_the_figures_and_what_cannot_be_known(compared: tuple[Result, StoredResult], page: Read) -> None:
    played, text = compared[0], " ".join(page.text.split())
    for sentence in reading(played.scenario, played.summary()):
        assert sentence in text
    for row in sides(played.summary()):
        assert f"{row.label} {with_interval(row.programme, row.kind, 'USD')} {with_interval(row.paid, row.kind, 'USD')}" in text
    for line in (*LIMITS, "advocacy compare small.yaml", "consumers: 4000", f"Seed {played.scenario.run.seed}"):
        assert line in text
    for chart in played.charts():
        title = next(" ".join(words.get_text().split()) for words in chart.figure.texts if words.get_gid() == "title")
        assert title in text


def test_limits_are_those_of_the_readme(repository: Path) -> None:
    readme = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", (repository / "README.md").read_text(encoding="utf-8"))
    readme = " ".join(readme.replace("`", "").replace("*", "").split())
    assert all(line in readme for line in LIMITS)


def test_headings_landmarks_and_identifiers_are_in_order(page: Read) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.tags}
    identifiers = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert max(identifiers.values()) == 1
    pointed = [str(attributes[name])[1:] for _, attributes in page.tags for name in ("href", "xlink:href") if str(attributes.get(name, "")).startswith("#")]
    pointed += [str(value) for _, attributes in page.tags if (value := attributes.get("aria-labelledby"))]
    assert set(pointed) <= set(identifiers)
    assert len(pointed) > 20


def test_every_chart_has_words_and_every_scrolling_box_can_be_reached_by_keyboard(page: Read, compared: tuple[Result, StoredResult]) -> None:
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert [attributes["aria-label"] for attributes in drawings] == [chart.alt_text for chart in compared[0].charts()]
    assert all(attributes["role"] == "img" for attributes in drawings)
    boxes = [attributes for _, attributes in page.tags if "scroll" in str(attributes.get("class", "")).split()]
    assert len(boxes) > 5
    assert all(attributes.get("tabindex") == "0" and attributes.get("aria-label") for attributes in boxes)


def test_drawings_follow_the_paper_and_the_brand(compared: tuple[Result, StoredResult], html: str) -> None:
    assert "var(--programme)" in html
    assert "prefers-color-scheme: dark" in html
    branded = html_report(compared[1], theme_of(Brand(name="Example & Co", colours=Colours(programme="#6A1B9A"))))
    assert "--programme: #6A1B9A" in branded
    assert "#6A1B9A" not in html
    assert "Example &amp; Co" in branded


def test_a_run_and_a_comparison_of_scenarios_have_their_own_words(as_written: tuple[Result, StoredResult], side_by_side: tuple[Comparison, StoredComparison]) -> None:
    alone = " ".join(Read(html_report(as_written[1])).text.split())
    assert "The scenario as written reaches" in alone
    assert "As written" in alone
    both = " ".join(Read(html_report(side_by_side[1])).text.split())
    assert both.count("Charts: Baseline") >= 2
    assert "Worth of pairing" in both
    assert "advocacy compare first.yaml second.yaml" in both


def test_charts_beyond_the_size_of_a_page_are_named(compared: tuple[Result, StoredResult], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.presentation.page.writing.MOST_BYTES", 150_000)
    page = Read(html_report(compared[1]))
    assert 1 <= sum(tag == "svg" for tag, _ in page.tags) < 5
    assert "Left out to keep this page small" in page.text


def test_shipped_facts_are_those_of_the_page_of_validation(repository: Path, compared: tuple[Result, StoredResult], page: Read) -> None:
    shipped = validation(compared[1])
    assert shipped is not None
    assert not shipped.own
    written = (repository / "docs/validation.md").read_text(encoding="utf-8")
    assert f"{len(shipped.lines)} facts: {shipped.count('holds')} hold, {shipped.count('breaks')} break, on {shipped.count('cannot say')} nothing can be said" in written
    for line in shipped.lines:
        if line.verdict == "breaks":
            assert line.title in page.text


def test_facts_of_ones_own_take_their_place(compared: tuple[Result, StoredResult], tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(compared[1].folder, folder)
    contents = json.loads(SHIPPED.read_text(encoding="utf-8"))
    (folder / "facts.json").write_text(json.dumps({**contents, "facts": contents["facts"][:3]}), encoding="utf-8")
    found = validation(StoredResult(folder))
    assert found is not None
    assert found.own
    assert len(found.lines) == 3
    (folder / "facts.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"facts\.json: no facts in it"):
        validation(StoredResult(folder))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium; install the packages of .ci/debian-packages.txt")
def test_a_browser_prints_it_without_a_network(html: str, tmp_path: Path) -> None:
    """No name can be looked up, and a policy in the page forbids everything but itself; what it says is printed all the same."""
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
               "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'report.pdf'}", (tmp_path / "report.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Content Security Policy" not in done.stderr
    printed = (tmp_path / "report.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 15
