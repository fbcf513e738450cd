"""The page in a real browser: keyboard, phone, dark mode, accessibility, files, and that nothing leaves the machine.

Pictures go to `$ADVOCACY_SCREENSHOTS`, if that is set. The browser is Debian's Chromium; where it is absent, the tests are skipped.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("streamlit", reason="the extra app is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here; on Debian: apt-get install chromium")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SMALL = ("extends: baseline\ntitle: Small\nsociety: {employees: 20, departments: 2}\nmarket: {consumers: 3000}\nhorizon: {weeks: 2}\n"
         "paid: {budget: 400.0, cost: {creative: 50.0}}\nrun: {replications: 3}\n")
DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
PAGES = {"": "table.figures", "own-numbers": "text=The scenario file", "watch": "table.figures"}
STREAMLITS_OWN = {"presentation-role-conflict": 'data-testid="stFileUploaderDropzone"'}
"""Faults that are the framework's: the field for files is marked as decoration and has a name all the same (minor; its button is a plain one)."""

PATIENCE_MS = 30_000

type Open = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "dear.yaml").write_text(SMALL.replace("Small", "Dear").replace("400.0", "900.0"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`advocacy app` as a user starts it; address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "simulation", "app", "small.yaml", "dear.yaml", "--port", str(port), "--no-browser"]
    with (folder / "log.txt").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": os.getcwd()}) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url, process, folder / "log.txt")
            yield url, psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any, server: tuple[str, psutil.Process]) -> Iterator[Open]:
    """Opens a page and waits for what it is for; at the end nothing may have asked for anything outside."""
    url, _ = server
    asked: list[str] = []
    contexts = []

    def opened(path: str = "", size: dict[str, int] | None = None, scheme: str = "light", shows: str = "") -> Any:
        context = browser.new_context(viewport=size or DESKTOP, color_scheme=scheme, accept_downloads=True, reduced_motion="reduce")
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("websocket", lambda found: asked.append(found.url))
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{url}/{path}")
        page.locator(shows or PAGES[path.partition("?")[0]]).first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked
    mine = (f"{url}/", url.replace("http:", "ws:"), "data:", f"blob:{url}/")
    assert [found for found in asked if not found.startswith(mine)] == []


def picture(page: Any, name: str) -> None:
    """A screenshot of the whole page, for whoever wants to look."""
    folder = os.environ.get("ADVOCACY_SCREENSHOTS")
    if not folder:
        return
    page.wait_for_timeout(1500)
    before = page.viewport_size
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": before["width"], "height": min(tall + 80, 6000)})
    page.wait_for_timeout(800)
    page.screenshot(path=str(Path(folder) / f"{name}.png"))
    page.set_viewport_size(before)


def settled(page: Any) -> None:
    """Wait until the page has been drawn anew."""
    page.wait_for_timeout(150)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def figures(page: Any, place: int = 0) -> str:
    """The first table of a side."""
    return str(page.locator("table.figures").nth(2 * place).inner_text())


def test_arrow_keys_move_a_lever_and_the_keyboard_takes_it_back(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("heading", name="B: Dear").wait_for()
    settled(page)
    other = figures(page, 1)
    slider = page.get_by_role("slider", name="Employees enrolled, %").first
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"a\.programme\.enrolment_fraction=0\.33"))
    settled(page)
    assert slider.input_value() == "33"
    assert other.splitlines()[0] in figures(page, 1)
    undo = page.get_by_role("button", name="Undo").first
    while slider.input_value() != "30":
        undo.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        settled(page)
    page.wait_for_url(lambda found: "enrolment_fraction=0.33" not in found)
    picture(page, "desktop_light")
    reached = set()
    page.keyboard.press("Control+Home")
    for _ in range(70):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.innerText || e.tagName })()"))
    for name in ("Add a scenario", "Save and share", "Load", "Report and slides", "Help for Employees enrolled, %", "Ads", "Any other key", "Reach over time"):
        assert any(name in found for found in reached), f"{name} is not reached with Tab; reached: {sorted(reached)}"


def test_bad_input_is_a_message_in_the_page_and_loses_nothing(open_page: Open, tmp_path: Path) -> None:
    page = open_page("?a=baseline&a.society.employees=20&a.market.consumers=3000&a.horizon.weeks=2&a.run.replications=2&a.programme.enrolment_fraction=0.55&a.paid.budgt=5")
    page.get_by_text("Did you mean 'budget'?").wait_for()
    page.get_by_text("Whole scenario: 2 replications").wait_for()
    settled(page)
    before = figures(page)
    page.get_by_text("Any other key").first.click()
    page.get_by_role("textbox", name="Key and value").first.fill("horizon.weeks=many")
    page.keyboard.press("Enter")
    page.get_by_text("horizon.weeks: given 'many'; allowed: a whole number").wait_for()
    settled(page)
    assert figures(page) == before
    page.get_by_role("button", name="Load", exact=False).first.click()
    page.locator("input[type=file]").set_input_files({"name": "broken.yaml", "mimeType": "application/yaml", "buffer": b"extends: baseline\npaid: {budget: [}\n"})
    page.get_by_text("broken.yaml:2: not valid YAML").wait_for()
    settled(page)
    assert figures(page) == before
    assert page.get_by_role("slider", name="Employees enrolled, %").first.input_value() == "55"
    picture(page, "bad_input")


def test_a_scenario_is_saved_shared_and_loaded(open_page: Open, tmp_path: Path) -> None:
    page = open_page("?a=europe&a.society.employees=20&a.market.consumers=3000&a.horizon.weeks=2&a.run.replications=2&a.title=Shared+one")
    page.get_by_text("A: Shared one").first.wait_for()
    settled(page)
    page.get_by_role("button", name="Save and share").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save A as a scenario file").click()
    saved = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert saved.startswith("extends: europe\n")
    link = page.locator("[data-testid=stCode]").first.inner_text().strip()
    assert link.startswith("http://127.0.0.1:")
    again = open_page("?" + link.partition("?")[2])
    again.get_by_text("A: Shared one").first.wait_for()
    for each in (page, again):
        each.get_by_text("Whole scenario: 2 replications").wait_for()
        settled(each)
    assert figures(again) == figures(page)
    third = open_page("?a=baseline&a.society.employees=20&a.market.consumers=3000&a.horizon.weeks=2&a.run.replications=2")
    third.get_by_role("button", name="Load", exact=False).first.click()
    third.locator("input[type=file]").set_input_files({"name": "shared.yaml", "mimeType": "application/yaml", "buffer": saved.encode()})
    third.get_by_text("A: Shared one").first.wait_for()


def test_the_whole_scenario_comes_from_the_background_and_leaves_as_report_and_slides(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Whole scenario: 3 replications").nth(1).wait_for()
    settled(page)
    for tab in ("Overlap", "Frequency", "Cost"):
        page.get_by_role("tab", name=tab).click()
        page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").locator("visible=true").first.wait_for()
        picture(page, f"chart_{tab.lower()}")
    page.get_by_role("tab", name="What would have to be true").click()
    page.get_by_text("1,000 impressions cost less than").first.wait_for()
    picture(page, "conditions")
    page.get_by_role("button", name="Report and slides").click()
    for label, begins in (("Report, one web page", b"<!DOCTYPE html"), ("Slides, PowerPoint", b"PK"), ("Figures, Excel", b"PK")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        contents = Path(waiting.value.path()).read_bytes()
        assert contents[:20].startswith(begins)
        if begins == b"PK":
            assert zipfile.ZipFile(io.BytesIO(contents)).testzip() is None


def test_the_network_is_watched(open_page: Open) -> None:
    page = open_page("watch")
    page.get_by_text("Day 0 of").wait_for()
    page.get_by_role("button", name="One week on").click()
    page.get_by_text("Day 7 of").wait_for()
    assert "Network of 20 employees" in page.locator("[data-testid=stImage] img").first.get_attribute("alt")
    page.get_by_role("button", name="Play").click()
    page.get_by_text(re.compile("Day (9|1[0-9]) of")).wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    picture(page, "watch")
    page.get_by_role("button", name="From the start").click()
    page.get_by_text("Day 0 of").wait_for()


@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_axe_finds_no_fault_and_a_phone_scrolls_only_up_and_down(open_page: Open, scheme: str, size: dict[str, int]) -> None:
    for path in PAGES:
        page = open_page(path, size, scheme)
        settled(page)
        page.wait_for_timeout(700)
        assert faults(page) == [], f"/{path}"
        picture(page, f"{scheme}_{size['width']}_{path or 'compare'}")
        page.set_viewport_size(PHONE)
        page.wait_for_timeout(400)
        wide = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth]")
        assert max(wide) <= PHONE["width"], f"/{path} is {wide} wide"


def test_axe_finds_no_fault_in_what_is_closed_at_first(open_page: Open) -> None:
    page = open_page("?a=baseline&a.society.employees=20&a.market.consumers=3000&a.horizon.weeks=2&a.run.replications=2&a.paid.budgt=5", scheme="dark")
    settled(page)
    for name in ("Firm and market", "Ads", "What nobody knows well", "Any other key", "More figures", "Units and sources of all levers"):
        page.locator("summary").filter(has_text=re.compile(rf"{name}$")).first.click()
    settled(page)
    page.wait_for_timeout(1200)
    assert faults(page) == []
    picture(page, "panels")
    for name in ("Save and share", "Load", "Report and slides"):
        page.get_by_role("button", name=name).first.click()
        page.wait_for_timeout(400)
        assert faults(page) == [], name
        page.keyboard.press("Escape")


def faults(page: Any) -> list[str]:
    """What axe-core finds and still finds seconds later, when nothing fades in any more; in a line each, Streamlit's own left out."""
    page.mouse.move(1, 1)
    for wait in (0, 500, 1000, 2000, 4000):
        page.wait_for_timeout(wait)
        page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)")
        found = axe.Axe().run(page).response["violations"]
        lasting = [f"{fault['id']} ({fault['impact']}): {node['html'][:160]}" for fault in found for node in fault["nodes"]
                   if STREAMLITS_OWN.get(fault["id"], "nothing") not in node["html"]]
        if not lasting:
            break
    return lasting


def test_the_server_listens_here_alone_and_talks_to_nobody(server: tuple[str, psutil.Process]) -> None:
    _, process = server
    connections = [found for each in [process, *process.children(recursive=True)] for found in each.net_connections("inet")]
    assert {found.laddr.ip for found in connections if found.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
    assert {found.raddr.ip for found in connections if found.raddr} <= {"127.0.0.1"}
