"""Other people's tools: SALib and the EMA workbench drive the model, xarray and marketing-mix tools read it, notebooks show it."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from simulation import SalibFunction, api, ema_model
from simulation.cli import app
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.studies.sensitivity.table import LEAD
from simulation.studies.weekly import weekly_panel

SETTINGS = {"market.consumers": 300, "society.employees": 10, "society.departments": 2, "horizon.weeks": 1, "paid.cap": None, "run.engine": "agents"}
DESIGN: dict[str, Any] = {"title": "<b>Tiny</b> & small", "settings": SETTINGS, "replications": 2,
                          "vary": {"programme.enrolment_fraction": {"low": 0.2, "high": 0.9}, "paid.budget": {"low": 1600, "high": 2500, "scale": "log"},
                                   "behaviour.hop_damping": {"low": 0.05, "high": 0.1}}}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return api.sweep(DESIGN, tmp_path_factory.mktemp("study") / "out", workers=1)


def test_salib_drives_the_model_and_finds_what_a_study_holds(study: Any) -> None:
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sample

    function = SalibFunction(DESIGN, "programme.reach")
    assert function.problem["names"] == list(DESIGN["vary"])
    places = sample.sample(function.problem, 2, num_levels=4, seed=1)
    found = analysis.analyze(function.problem, places, function(places), num_levels=4, seed=1)
    assert found["mu_star"][0] > found["mu_star"][2]
    corners = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    table = study.table("programme.reach")
    assert function(corners) == pytest.approx([table.means[0], table.means[-1]])


def test_salib_is_told_of_an_unknown_outcome() -> None:
    with pytest.raises(InputError, match=r"Did you mean 'programme\.reach'"):
        SalibFunction(DESIGN, "programme.reech")(np.array([0.5, 0.5, 0.5]))


def test_the_ema_workbench_drives_the_model(study: Any) -> None:
    pytest.importorskip("ema_workbench", reason="the EMA workbench is not installed (extra analysis)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import Sample, perform_experiments
        model = ema_model(DESIGN, ("programme.reach", LEAD))
        assert [each.name for each in model.uncertainties] == ["behaviour__hop_damping"]
        assert [each.name for each in model.levers] == ["programme__enrolment_fraction", "paid__budget"]
        policies = [Sample("little", programme__enrolment_fraction=0.2, paid__budget=1600.0), Sample("much", programme__enrolment_fraction=0.9, paid__budget=2500.0)]
        experiments, outcomes = perform_experiments(model, 2, policies)
    assert len(experiments) == 4
    reached = pd.Series(outcomes["programme__reach"]).groupby(experiments["policy"].astype(str).to_numpy()).mean()
    assert reached["much"] > reached["little"]
    assert set(outcomes) == {"programme__reach", "comparison__lead_of_programme"}


def test_a_study_becomes_labelled_arrays(study: Any) -> None:
    pytest.importorskip("xarray", reason="xarray is not installed (extra analysis)")
    found, frame = study.to_xarray(), study.to_dataframe()
    assert dict(found.sizes) == {"point": 8, "replication": 2, "world": 4}
    assert found["total.reach"].dims == ("point", "replication", "world")
    assert found["comparison.added_reach.paid"].dims == ("point", "replication")
    row = frame[(frame["point"] == 5) & (frame["replication"] == 1) & (frame["world"] == "paid")].iloc[0]
    assert float(found["total.reach"].sel(point=5, replication=1, world="paid")) == row["total.reach"]
    assert float(found["lever.paid.budget"].sel(point=5)) == row["lever.paid.budget"]
    assert found["total.cost"].attrs["units"] == "USD"
    assert float(found["comparison.added_reach.paid"].mean()) == pytest.approx(frame["comparison.added_reach.paid"].mean())


def test_results_show_themselves_escaped_in_a_notebook(study: Any, tiny: Scenario) -> None:
    page = study._repr_html_()
    assert "<b>Tiny" not in page
    assert "&lt;b&gt;Tiny&lt;/b&gt; &amp; small" in page
    assert "paid.budget" in page
    result = api.compare(tiny.replace(title="A <script> firm", run__engine="agents", horizon__weeks=1, market__consumers=300, society__employees=10, society__departments=2, paid__cap=None))
    page = result._repr_html_()
    assert "<script>" not in page
    assert page.count("<tr>") > 5
    assert re.findall(r"<th[^>]*>([^<]*)</th>", page) == ["", "Programme", "Ads"]
    assert all(page.count(f"<{tag}") == page.count(f"</{tag}>") for tag in ("table", "tr", "td", "p", "div"))


def test_a_comparison_shows_all_of_its_scenarios(tiny: Scenario) -> None:
    small = tiny.replace(run__engine="agents", horizon__weeks=1, market__consumers=300, society__employees=10, society__departments=2, paid__cap=None)
    page = api.compare(small.named("first"), small.replace(programme__enrolment_fraction=0.9).named("second"))._repr_html_()
    assert page.count("<table") >= 2
    assert "From first to second" in page


def test_weeks_add_up_to_the_run(tiny: Scenario) -> None:
    """Impressions and cost add up; people do not, but lie between the best week and the sum."""
    scenario = tiny.replace(run__engine="agents")
    panel = weekly_panel(scenario, 1)
    table = api.run(scenario).to_dataframe()
    daily = table[(table["replication"] == 1) & (table["platform"] == "all")]
    assert list(panel["time"]) == ["2016-04-04", "2016-04-11", "2016-04-18"]
    for channel in ("page", "natural", "programme", "paid"):
        own = daily[daily["channel"] == channel]
        assert panel[f"impressions_{channel}"].sum() == own["impressions"].sum()
        assert panel[f"spend_{channel}"].sum() == pytest.approx(own["cost"].sum())
        assert panel[f"engagements_{channel}"].sum() == own[["likes", "clicks", "reshares"]].to_numpy().sum()
        assert panel[f"reach_{channel}"].max() <= own["new_reach"].sum() <= panel[f"reach_{channel}"].sum()
        assert np.allclose(panel[f"reach_{channel}"] * panel[f"frequency_{channel}"], panel[f"impressions_{channel}"])
    assert (panel["reach_paid"] > 0).any()


def test_weeks_are_written_by_a_command(tmp_path: Path) -> None:
    words = [word for key, value in (SETTINGS | {"paid.cap": "null", "paid.budget": 1600}).items() for word in ("--set", f"{key}={value}")]
    result = CliRunner().invoke(app, ["weekly", *words, "--replications", "2", "--to", str(tmp_path / "panel.csv")])
    assert result.exit_code == 0, result.output
    panel = pd.read_csv(tmp_path / "panel.csv")
    assert len(panel) == 4
    assert {"time", "geo", "population", "replication", "reach_paid", "frequency_programme", "spend_paid"} <= set(panel.columns)
    assert panel.notna().all().all()
    assert CliRunner().invoke(app, ["weekly", *words, "--quiet"]).stdout.startswith("time,geo,population,replication,reach_page")
