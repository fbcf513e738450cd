"""Do employees who share posts reach more people than ads, and at what cost?

Public names are resolved on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.api import advocates, compare, open_study, plan, report, run, sweep, weekly
    from simulation.engines.model import AdvocacyModel
    from simulation.errors import InputError
    from simulation.inputs.parameters import Scenario
    from simulation.inputs.scenario import load_scenario
    from simulation.presentation.result import Comparison, Result
    from simulation.society.society import Society
    from simulation.studies.interoperability import SalibFunction, ema_model

_PUBLIC = {
    "AdvocacyModel": "simulation.engines.model",
    "Comparison": "simulation.presentation.result",
    "InputError": "simulation.errors",
    "Result": "simulation.presentation.result",
    "Scenario": "simulation.inputs.parameters",
    "Society": "simulation.society.society",
    "advocates": "simulation.api",
    "compare": "simulation.api",
    "load_scenario": "simulation.inputs.scenario",
    "open_study": "simulation.api",
    "plan": "simulation.api",
    "report": "simulation.api",
    "run": "simulation.api",
    "SalibFunction": "simulation.studies.interoperability",
    "ema_model": "simulation.studies.interoperability",
    "sweep": "simulation.api",
    "weekly": "simulation.api",
}

__all__ = ["AdvocacyModel", "Comparison", "InputError", "Result", "SalibFunction", "Scenario", "Society", "advocates", "compare", "ema_model", "load_scenario", "open_study",
           "plan", "report", "run", "sweep", "weekly"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'simulation' has no attribute '{name}'; it has: {', '.join(__all__)}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
