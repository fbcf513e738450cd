"""A study as labelled arrays, for those who work with xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulation.errors import InputError
from simulation.presentation.sensitivity_words import Study
from simulation.studies.sensitivity.table import KEYS
from simulation.studies.summary import unit_of

if TYPE_CHECKING:
    import xarray

INPUTS = ("lever.", "uncertainty.")
COMPARED = "comparison."


def labelled(frame: pd.DataFrame, study: Study) -> xarray.Dataset:
    """
    Arrays by point, replication and world.

    Figures of a run that failed are NaN, and `error` says why. Raises `InputError` where xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError:
        raise InputError("to_xarray needs xarray, which is not installed; install the extra: pip install 'advocacy-reach[analysis]'") from None
    axes = {name: sorted(frame[name].unique()) for name in ("point", "replication", "world")}
    shape = tuple(len(values) for values in axes.values())
    rows = frame.sort_values(list(axes))
    first = rows.drop_duplicates("point")
    inputs = {name: ("point", first[name].to_numpy(), {"role": name.split(".")[0]}) for name in frame.columns if name.startswith(INPUTS)}
    both = axes["world"].index("both")
    found = {}
    for name in frame.columns:
        if name in KEYS or name.startswith(INPUTS):
            continue
        cells = rows[name].to_numpy(dtype=np.float64, na_value=np.nan).reshape(shape)
        about = {"units": unit_of(name.split(".")[-1], study.currency)}
        found[name] = (("point", "replication"), cells[:, :, both], about) if name.startswith(COMPARED) else (("point", "replication", "world"), cells, about)
    errors = rows["error"].astype(object).where(rows["error"].notna(), "").to_numpy().reshape(shape)[:, :, both].astype(str)
    return xr.Dataset(found | {"error": (("point", "replication"), errors)}, {**axes, **inputs}, {"study": study.name, "title": study.title, "currency": study.currency})
