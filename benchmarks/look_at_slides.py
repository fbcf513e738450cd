"""Pictures of every slide and every printed page of a report, to be looked at: `uv run python benchmarks/look_at_slides.py RESULTS [--out FOLDER]`.

Needs LibreOffice, Chromium and pdftoppm (Debian: libreoffice-impress, chromium, poppler-utils).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from simulation.presentation.exports import export

DPI = "80"


def main() -> None:
    """Make the files, let the other programs draw them, and say what each took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("results", type=Path)
    options.add_argument("--out", type=Path, default=Path("results/looked_at"))
    options.add_argument("--brand", type=Path)
    options.add_argument("--template", type=Path)
    given = options.parse_args()
    missing = [program for program in ("soffice", "chromium", "pdftoppm") if shutil.which(program) is None]
    if missing:
        sys.exit(f"look_at_slides: needs {', '.join(missing)}; install libreoffice-impress, chromium, poppler-utils")
    given.out.mkdir(parents=True, exist_ok=True)
    out = given.out.resolve()
    started = time.perf_counter()
    export(given.results, [out / "report.html", out / "deck.pptx"], brand=given.brand, template=given.template)
    print(f"report {(out / 'report.html').stat().st_size / 1e6:.2f} MB, deck {(out / 'deck.pptx').stat().st_size / 1e6:.2f} MB, {time.perf_counter() - started:.1f} s")
    draw(["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out), str(out / "deck.pptx")])
    chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    page = (out / "report.html").as_uri()
    draw([*chromium, "--no-pdf-header-footer", f"--print-to-pdf={out / 'report.pdf'}", page])
    for name, size in (("wide", "1280,5200"), ("phone", "390,7000")):
        draw([*chromium, f"--window-size={size}", f"--screenshot={out / f'report_{name}.png'}", page])
    draw([*chromium, "--blink-settings=preferredColorScheme=0", "--window-size=1280,5200", f"--screenshot={out / 'report_dark.png'}", page])
    for name in ("deck", "report"):
        draw(["pdftoppm", "-r", DPI, "-png", str(out / f"{name}.pdf"), str(out / f"{name}_page")])
    print(f"{len(list(out.glob('deck_page*.png')))} slides, {len(list(out.glob('report_page*.png')))} printed pages: {out}")


def draw(command: list[str]) -> None:
    """Run a program; what it says is shown only if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"look_at_slides: {command[0]} failed: {done.stderr.strip()[-500:]}")


if __name__ == "__main__":
    main()
