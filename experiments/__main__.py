"""`python -m experiments` lists the experiments; `python -m experiments all`, or some names, runs them."""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path

from experiments.plumbing import FOLDER, REPLICATIONS, minutes

NAMES = ("advocacy_against_paid", "saturation_of_advocates", "maturity", "twenty_one_per_cent", "sensitivity_of_the_winner", "fatigue_and_cadence",
         "network_family", "privacy_refusal", "frequency_cap", "three_and_thirty")


def main(words: list[str] | None = None) -> None:
    """List or run."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description="One script per question. Without names: the list, with the estimated time of each on this machine.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, "all"], metavar="NAME", help="names of experiments, or all")
    parser.add_argument("--size", choices=list(REPLICATIONS), default="full", help="small takes seconds and shows nothing but that it runs; full is the baseline's firm and market")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for figures and tables")
    asked = parser.parse_args(words)
    for name in NAMES if not asked.names or "all" in asked.names else asked.names:
        module = import_module(f"experiments.{name}")
        if not asked.names:
            print(f"{name:28}{minutes(module.DESIGNS, asked.size):6.1f} minutes  {module.QUESTION}")
            continue
        began = time.monotonic()
        print(f"{name}: {module.QUESTION}", flush=True)
        print(module.main(asked.size, asked.out).to_string(index=False))
        print(f"{(time.monotonic() - began) / 60:.1f} minutes; figure: {asked.out / name}.png\n", flush=True)


if __name__ == "__main__":
    main()
