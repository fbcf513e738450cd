"""How long the page takes: from the start of `advocacy app` to an answer, from a page's load to an answer, and from a key press to new figures.

Needs the extra `app`, Playwright and Chromium. Run: uv run python benchmarks/app_latency.py
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
LOADS, MOVES = 5, 8
ANSWER = "p.answer"
OFF = "label:has-text('Play whole scenarios in the background')"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str) -> None:
    while True:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)


def loaded(page: Page, url: str) -> float:
    """Seconds from going to the page until an answer is shown."""
    began = time.perf_counter()
    page.goto(url, wait_until="commit", timeout=180_000)
    page.locator(ANSWER).first.wait_for()
    return time.perf_counter() - began


def load_once(browser: Browser, url: str) -> float:
    """The same in a window of its own."""
    page = browser.new_page()
    page.set_default_timeout(180_000)
    seconds = loaded(page, url)
    page.locator(OFF).first.click()
    page.wait_for_timeout(1000)
    page.close()
    return seconds


def moved(page: Page, presses: int) -> float:
    """Seconds from the first of some key presses on a lever until the first table shows other figures."""
    slider = page.get_by_role("slider", name="Employees enrolled, %").first
    slider.focus()
    before = page.locator("table.figures").first.inner_text()
    began = time.perf_counter()
    for _ in range(presses):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('table.figures') && document.querySelector('table.figures').innerText !== before", arg=before)
    return time.perf_counter() - began


def told(name: str, seconds: list[float]) -> None:
    print(f"{name:55} {statistics.median(seconds):5.2f} s  ({min(seconds):.2f} to {max(seconds):.2f}, {len(seconds)} times)")


def main() -> None:
    """Measure and print."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        began = time.perf_counter()
        server = subprocess.Popen([sys.executable, "-m", "simulation", "app", "--no-browser", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_up(url)
            up = time.perf_counter() - began
            page = browser.new_page()
            page.set_default_timeout(180_000)
            first = loaded(page, url)
            told("cold: command to a server that answers", [up])
            told("cold: command to the first answer in the browser", [time.perf_counter() - began])
            told("cold: page load to the first answer", [first])
            page.locator(OFF).first.click()
            page.wait_for_timeout(5000)
            page.close()
            told("running server: page load to the first answer", [load_once(browser, url) for _ in range(LOADS)])
            page = browser.new_page()
            page.set_default_timeout(180_000)
            loaded(page, url)
            page.locator(OFF).first.click()
            page.wait_for_timeout(5000)
            told("running server: four key presses to new figures", [moved(page, 4) for _ in range(MOVES)])
        finally:
            server.terminate()
            server.wait(30)
            browser.close()


if __name__ == "__main__":
    main()
