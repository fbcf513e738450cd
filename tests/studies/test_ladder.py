"""Each rung of the calibration ladder finds the truth that its report was made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import nbinom

from simulation.inputs.exports.read import Export, Wishes, read_exports
from simulation.measures.closed_forms import nbd_at_least
from simulation.measures.frequency_forms import capped_reach
from simulation.measures.price_forms import PriceCurve, fit_price_curve
from simulation.studies.export_settings import pooled, settings_from
from simulation.studies.ladder import Fit, climb


def report(folder: Path, head: str, *rows: str, **wishes: Any) -> Export:
    (folder / "x.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    export, = read_exports([folder / "x.csv"], Wishes(**wishes))
    return export


def only(fits: list[Fit]) -> Fit:
    assert len(fits) == 1
    return fits[0]


def value(fit: Fit, name: str) -> float:
    estimate = fit.get(name)
    assert estimate is not None
    assert estimate.low <= estimate.value <= estimate.high
    return estimate.value


def test_one_pair_gives_goerg(tmp_path: Path) -> None:
    fit = only(climb(report(tmp_path, "Ad,Impressions,Reach,Cost", "A,200000,100000,10")))
    assert (fit.rung, fit.error) == ("a", None)
    assert value(fit, "audience") == pytest.approx(200_000)
    assert value(fit, "reach_at_twice_the_impressions") == pytest.approx(400_000 * 200_000 / 600_000)


def test_two_campaigns_without_an_audience_are_not_taken_for_one(tmp_path: Path) -> None:
    assert climb(report(tmp_path, "Ad,Impressions,Reach,Cost", "A,200000,100000,10", "B,300000,100000,10")) == []


@pytest.mark.parametrize("shape", [0.3, 0.8, 4.0])
def test_a_pair_with_its_audience_gives_the_shape(shape: float, tmp_path: Path) -> None:
    reach = round(1e6 * nbd_at_least(1, 1.5, shape))
    fit = only(climb(report(tmp_path, "Ad,Impressions,Reach,Cost", f"A,1500000,{reach},10", audience=1e6)))
    assert fit.rung == "b"
    assert value(fit, "shape") == pytest.approx(shape, rel=0.001)


def test_several_pairs_share_a_shape_and_the_interval_covers_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    means = rng.uniform(0.3, 4.0, 30)
    rows = [f"A{n},{1e5 * mean:.0f},{1e5 * nbd_at_least(1, mean, 0.5) * np.exp(rng.normal(0, 0.03)):.0f},10" for n, mean in enumerate(means)]
    fit = only(climb(report(tmp_path, "Ad,Impressions,Reach,Cost", *rows, audience=1e5)))
    estimate = fit.get("shape")
    assert estimate is not None
    assert estimate.low < 0.5 < estimate.high
    assert fit.error == pytest.approx(0.03, rel=0.4)
    assert fit.rows == 30


def test_reach_above_the_poisson_line_gives_a_cap(tmp_path: Path) -> None:
    reach = round(1e6 * capped_reach(1.7, 0.5, 2))
    assert reach > 1e6 * -np.expm1(-1.7)
    fit = only(climb(report(tmp_path, "Ad,Impressions,Reach,Cost", f"A,1700000,{reach},10", audience=1e6)))
    assert fit.model == "negative binomial with a cap"
    assert value(fit, "cap") == 2
    assert any("capped or optimised" in note for note in fit.notes)


def test_a_deduplicated_totals_row_beats_its_rows(tmp_path: Path) -> None:
    fit = only(climb(report(tmp_path, "Campaign,Impressions,Reach,Cost", "A,60000,30000,5", "B,40000,20000,5", "Total,100000,40000,10")))
    assert value(fit, "audience") == pytest.approx(100_000 * 40_000 / 60_000)


def test_cumulative_pairs_give_audience_and_shape_and_show_the_ridge(tmp_path: Path) -> None:
    days = range(2, 30, 3)
    rows = [f"A,{20_000 * day},{round(200_000 * nbd_at_least(1, 0.1 * day, 0.6))},{day},2024-03-01,2024-03-{day:02d}" for day in days]
    fit = only(climb(report(tmp_path, "Campaign,Impressions,Reach,Cost,Reporting starts,Reporting ends", *rows)))
    assert fit.rung == "c"
    assert value(fit, "audience") == pytest.approx(200_000, rel=0.01)
    assert value(fit, "shape") == pytest.approx(0.6, rel=0.02)
    assert "trade off (correlation of their logarithms -1.00)" in fit.notes[0]


@pytest.mark.parametrize("cumulative", [False, True])
def test_a_frequency_table_gives_the_shape(cumulative: bool, tmp_path: Path) -> None:
    law = nbinom(0.7, 0.7 / 2.7)
    people = [100_000 * (law.sf(k - 1) if cumulative or k == 8 else law.pmf(k)) for k in range(1, 9)]
    rows = [f"{k}{'+' if cumulative or k == 8 else ''},{count:.0f}" for k, count in enumerate(people, start=1)]
    fit = only(climb(report(tmp_path, "Frequency level,People", *rows)))
    assert (fit.rung, fit.model) == ("d", "zero-truncated negative binomial")
    assert value(fit, "shape") == pytest.approx(0.7, rel=0.02)
    assert fit.error is not None
    assert fit.error < 0.001


def test_a_misfit_turns_to_the_free_mixture(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    counts = np.bincount(np.minimum(rng.poisson(np.where(np.arange(40_000) % 2, 0.2, 8.0)), 16), minlength=17)[1:]
    rows = [f"{k}{'+' if k == 16 else ''},{count},40000" for k, count in enumerate(counts, start=1)]
    fit = only(climb(report(tmp_path, "Frequency level,People,Audience size", *rows)))
    assert fit.model == "free mixture of Poissons"
    assert any("misfits" in note for note in fit.notes)
    assert fit.get("reach_at_twice_the_impressions") is not None


def test_a_planners_curve_gives_shape_and_prices(tmp_path: Path) -> None:
    truth = PriceCurve(60.9, 1.8, 10e6)
    volume = np.array([0.2, 0.5, 1.0, 2.0, 3.0, 5.0]) * 1e6
    rows = [f"{float(truth.cost(v)):.2f},{v:.0f},{1e6 * nbd_at_least(1, v / 1e6, 0.4):.0f},1000000" for v in volume]
    shape, prices = climb(report(tmp_path, "Budget,Impressions,Reach,Audience size", *rows, kind="reach_curve"))
    assert (shape.rung, prices.rung) == ("e", "e")
    assert value(shape, "shape") == pytest.approx(0.4, rel=0.01)
    assert value(prices, "price_scale") == pytest.approx(60.9, rel=0.1)
    assert value(prices, "price_shape") == pytest.approx(1.8, rel=0.05)
    assert value(prices, "marginal_cpm_at_the_top") == pytest.approx(60.9, rel=0.05)


def test_prices_of_a_log_logistic_auction_are_as_published() -> None:
    # Ten opportunities a head; win rate, average and marginal price of the table made from a real auction's landscape.
    curve = PriceCurve(60.9, 1.80, 10.0)
    volume = np.array([0.2, 1.0, 3.0, 5.0])
    assert 1000 * curve.cost(volume) / volume == pytest.approx([4.5, 11.3, 22.6, 33.1], rel=0.005)
    assert curve.marginal_cpm(volume) == pytest.approx([7.0, 18.0, 38.1, 60.9], rel=0.005)
    steps = np.linspace(0.1, 9.0, 50)
    between = 1000 * np.diff(curve.cost(steps)) / np.diff(steps)
    bids = curve.marginal_cpm(steps)
    assert np.all((bids[:-1] < between) & (between <= bids[1:]))
    with pytest.raises(ValueError, match="four points"):
        fit_price_curve(volume[:3], curve.cost(volume[:3]))


def test_a_refused_curve_is_not_fitted(tmp_path: Path) -> None:
    head = "Budget,Impressions," + ",".join(f"{k}+" for k in range(1, 11))
    rows = [f"{weight * 10},{weight * 1e6:.0f}," + ",".join(f"{weight * 1e5 * (1 - 0.03 * k):.0f}" for k in range(10)) for weight in (1, 2, 4, 8, 16)]
    assert climb(report(tmp_path, head, *rows)) == []


def test_pooled_rates_have_the_interval_of_a_ratio() -> None:
    # 400 samples of 60 rows (seed 9): an interval at 90% should cover in 360; below 336 with probability 2e-4, and skew costs a little.
    rng, hits = np.random.default_rng(9), 0
    import pandas as pd

    for _ in range(400):
        whole = rng.lognormal(8, 0.5, 60)
        rate = pooled(pd.Series(rng.poisson(0.02 * whole)).astype(float), pd.Series(whole))
        assert rate is not None
        hits += rate.low <= 0.02 <= rate.high
    assert 336 <= hits <= 384


def test_settings_carry_interval_source_and_refusal(tmp_path: Path) -> None:
    reach = round(1e6 * nbd_at_least(1, 1.5, 4.0))
    export = report(tmp_path, "Ad,Impressions,Reach,Cost (EUR),Clicks,Created", f"A,1500000,{reach},3000,4000,2023-05-01", platform="facebook", audience=1e6)
    found = {setting.key: setting for setting in settings_from([export], climb(export), 1e6)}
    assert found["paid.cpm.facebook"].value == pytest.approx(2.0)
    assert found["platforms.facebook.ad_click_rate"].value == pytest.approx(4000 / reach)
    assert (found["currency"].value, found["price_year"].value, found["market.consumers"].value) == ("EUR", 2023, 1_000_000)
    assert "does not take it" in str(found["behaviour.activity_shape"].refused), "a shape of 4 is outside the scenario's range"
    assert found["paid.cpm.facebook"].source == "x.csv"
