"""
Build the site, without any request to outside: `uv run --group docs python docs/build.py`.

Pages of the repository and pages made from the code are laid out in build/docs/source, pictures of the gallery are played and drawn, and Sphinx turns all of it into
build/docs/html. A warning is an error. `--no-gallery` takes seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from making import commands, gallery, keys, python_names

DOCS = Path(__file__).resolve().parent
PLACE = DOCS.parent / "build" / "docs"
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


def main() -> None:
    """Lay out, build, look for requests to outside."""
    parser = argparse.ArgumentParser(description="Build the site in build/docs/html.")
    parser.add_argument("--no-gallery", action="store_true", help="leave out the gallery, whose pictures take some minutes the first time")
    source, site = PLACE / "source", PLACE / "html"
    lay_out(source, not parser.parse_args().no_gallery)
    shutil.rmtree(site, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-d", str(PLACE / "doctrees"), str(source), str(site)], check=False,
                          env={**os.environ, "PYTHONHASHSEED": "0"})
    if done.returncode:
        sys.exit("the site has warnings, so it is not built")
    if loaded := requests_to_outside(site):
        sys.exit("the site loads from outside:\n" + "\n".join(loaded))
    print(f"{len(list(site.rglob('*.html')))} pages: {site / 'index.html'}")


def lay_out(source: Path, with_gallery: bool) -> None:
    """Everything that Sphinx reads, in one folder."""
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(DOCS, source, ignore=shutil.ignore_patterns("making", "build.py", "__pycache__"))
    for name in ("CHANGELOG", "CONTRIBUTING"):
        text = (DOCS.parent / f"{name}.md").read_text(encoding="utf-8")
        (source / f"{name.lower()}.md").write_text(text.replace("](docs/", "](").replace("](CHANGELOG.md", "](changelog.md"), encoding="utf-8")
    reference = source / "reference"
    reference.mkdir()
    for name, text in (("commands", commands.page()), ("keys", keys.page()), ("python", python_names.page())):
        (reference / f"{name}.md").write_text(text, encoding="utf-8")
    drawn = gallery.page(gallery.draw(PLACE / "runs"), source / "images", source / "pictures") if with_gallery else "# Gallery\n\nLeft out of this build.\n"
    (source / "gallery.md").write_text(drawn, encoding="utf-8")


class Loads(HTMLParser):
    """Addresses that a browser fetches to show a page: scripts, styles, pictures; links that one may follow are none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this tag loads."""
        address = dict(attrs).get(LOADS.get(tag, "")) or ""
        if address.startswith(("http:", "https:", "//")):
            self.found.append(address)


def requests_to_outside(site: Path) -> list[str]:
    """Page or style, and address, of everything that would be fetched from elsewhere."""
    found = []
    for page in sorted(site.rglob("*.html")):
        reader = Loads()
        reader.feed(page.read_text(encoding="utf-8"))
        found += [f"{page.relative_to(site)}: {address}" for address in reader.found]
    for style in sorted(site.rglob("*.css")):
        text = style.read_text(encoding="utf-8")
        found += [f"{style.relative_to(site)}: {mark}" for mark in ("url(http", "url('http", 'url("http', "url(//", "@import") if mark in text]
    return found


if __name__ == "__main__":
    main()
