"""What tests of studies share: one survey twin and one small bank for all."""

from __future__ import annotations

import pytest

from simulation.inputs.evidence import load_evidence
from simulation.society.luck import Luck
from simulation.studies.calibration import Bank, Study, draw_bank
from simulation.studies.posterior import study_of


@pytest.fixture(scope="session")
def study() -> Study:
    """The calibration that the shipped evidence calls for."""
    return study_of(load_evidence())


@pytest.fixture(scope="session")
def bank(study: Study) -> Bank:
    """A small bank of that study."""
    return draw_bank(study, 4000, Luck(7))
