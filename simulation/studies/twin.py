"""The survey twin: a society of its own, in which people's friends work for any employer and surveys are answered.

A survey asks people whether they ever did something; logs say what happens at one view. The twin joins the two. Friends post
about work unprompted, at rates that differ between people; posts are shown, liked and shared by the model's own rules; people
answer about a window of time that nobody knows, and do not answer perfectly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator, RectBivariateSpline
from scipy.special import gammaincc, ndtri

from simulation.behaviour.exposure import APPEAL_NODES, attention, coarse, level_for, reception
from simulation.behaviour.willingness import WEEKS_PER_MONTH, segment_fractions, silent_chance, traits, unprompted_rates
from simulation.compiling import in_pieces
from simulation.inputs.parameters import SEGMENTS, Scenario
from simulation.society.luck import Luck
from simulation.society.population import CELLS, affinity_cells, gamma_cells
from simulation.society.recipe import solve_recipe
from simulation.studies.priors import scenario_values
from simulation.studies.twin_kernels import LEAST_LOG, POINTS, chances_of_having, lived_through

Reals = NDArray[np.float64]
Values = dict[str, Reals]
"""Parameters by key, one number per parameter set."""

EMPLOYED_FRACTION = 0.6
"""Friends who work for any employer. The employment rate of adults, assumed."""

PEOPLE = 1_000_000
"""Size of the society from which degrees are taken."""

RESPONDENTS = 1024
MOST_LOG = 8.0
"""Logarithm of the largest intensity in tables."""

AT_ONCE = 64
"""Parameter sets in one piece of compiled work."""

FEATURES = ("liked", "shared", "posted", "often", "sharers")
"""What is true of people in the twin: fractions of respondents who liked and shared, of employees who posted, who post often, who share on LinkedIn in a month."""


class Respondents(NamedTuple):
    """People who are asked: one row each."""

    following: Reals
    """Expected accounts followed (x platforms)."""
    received: Reals
    """How much of an average post each is shown on an account in use (x platforms)."""
    affinity: Reals


class Twin:
    """
    The survey twin of a scenario: everything that no parameter of the calibration touches, solved once.

    Attributes
    ----------
    platforms : names, sorted
    """

    def __init__(self, scenario: Scenario | None = None, respondents: int = RESPONDENTS) -> None:
        self.scenario = scenario or Scenario()
        self.platforms = self.scenario.platforms.names()
        self._settings = dict(self.scenario.platforms.items())
        self._recipes = {name: solve_recipe(platform, PEOPLE, self.scenario.society.assortment) for name, platform in self._settings.items()}
        self._panel = self.respondents(respondents, Luck(self.scenario.run.seed))
        kinds, _, _, willing = traits(self.scenario)
        self._parts: Reals = np.outer(segment_fractions(self.scenario), kinds).ravel()
        self._willing = np.tile(willing, len(SEGMENTS))

    def features(self, values: Values) -> dict[str, Reals]:
        """
        What is true of people, exact but for the finite panel of respondents.

        Parameters
        ----------
        values : parameters by key, as `studies.priors` names them; columns of one length

        Returns
        -------
        fractions by name, see `FEATURES`; one number per parameter set
        """
        numbers = self._numbers(values)
        found = np.empty((numbers[4].size, 2))
        tables = (*self._deliveries, MOST_LOG)
        in_pieces(lambda first, last: chances_of_having(tuple(self._panel), tables, numbers, self._fixed, found, first, last), numbers[4].size, AT_ONCE)
        posted, often = self._posters(values)
        return {"liked": found[:, 0], "shared": found[:, 1], "posted": posted, "often": often, "sharers": values["behaviour.monthly_sharers_fraction"].astype(np.float64)}

    def views(self, values: Values) -> Reals:
        """Posts by employees that a respondent is shown in the window, on average, out of network included; one number per parameter set."""
        level, _, _, outside, _, _, expected = self._numbers(values)
        posters, active, parts, *_ = self._fixed
        shown = (self._panel.following * self._panel.received).mean(axis=0)
        return np.asarray((expected @ parts) * ((level * (1.0 + outside)) @ (posters * active * shown)))

    def live(self, values: Values, respondents: int, luck: Luck) -> NDArray[np.bool_]:
        """
        Whether each of so many freshly drawn respondents liked, and shared: friends, posts, deliveries and reactions one by one.

        Parameters
        ----------
        values : one parameter set; columns of length 1
        """
        numbers = tuple(column[0] for column in self._numbers(values))
        cells = np.exp(self.scenario.behaviour.appeal_log_sd * ndtri((np.arange(CELLS) + 0.5) / CELLS))
        found = np.zeros((respondents, 2), dtype=np.bool_)
        lived_through(tuple(self.respondents(respondents, luck)), numbers, self._fixed, np.cumsum(self._parts), gamma_cells(float(numbers[5])), cells / cells.mean(),
                      np.uint64(luck.key("respondent", 0)), found)
        return found

    def employees(self, values: Values) -> tuple[Reals, Reals, Reals]:
        """Mean posts a week on a platform in use (parameter sets x kinds of employee), part of each kind, and part who use each platform for work."""
        return self._weekly(values), self._parts, self._uses

    def following(self, platform: str) -> Reals:
        """Expected accounts followed, by level of rank."""
        return self._recipes[platform].expected_following

    def log_level(self, platform: str, log_visibility: Reals) -> Reals:
        """Log of the intensity level at which an average post is shown to so many active followers, between the points at which the rule was solved."""
        return self._log_levels[platform](log_visibility)

    def respondents(self, count: int, luck: Luck) -> Respondents:
        """People with their sociability, activity and affinity: a Latin hypercube of keyed luck, so that a small panel stands for the population."""
        behaviour, names = self.scenario.behaviour, len(self.platforms)
        ranks, shared, affine, *own = (_stratified(luck, column, count) for column in range(3 + names))
        common = gamma_cells(behaviour.activity_shape * behaviour.activity_correlation)[_cell(shared, CELLS)]
        cells = gamma_cells(behaviour.activity_shape * (1.0 - behaviour.activity_correlation))
        following, received = np.empty((count, names)), np.empty((count, names))
        for place, name in enumerate(self.platforms):
            every = self.following(name)
            following[:, place] = every[_cell(ranks, every.size)]
            attentive = attention(float(every.mean()), following[:, place], behaviour.divided_attention)
            received[:, place] = reception(1.0, (common + cells[_cell(own[place], CELLS)]) / behaviour.activity_shape, attentive)
        return Respondents(following, received, affinity_cells(behaviour.affinity_shape)[_cell(affine, CELLS)])

    def _numbers(self, values: Values) -> tuple[Reals, ...]:
        """Parameters as the kernels take them."""
        drawn = scenario_values(values)

        def column(name: str) -> Reals:
            return np.stack([np.asarray(drawn[f"platforms.{platform}.{name}"], dtype=np.float64) for platform in self.platforms], axis=1)

        visible = column("visibility_fraction")
        level = np.stack([np.exp(self.log_level(name, np.log(visible[:, place]))) for place, name in enumerate(self.platforms)], axis=1)
        weeks = values["survey.window_months"] * WEEKS_PER_MONTH
        return (level, column("like_rate"), column("reshare_rate"), column("out_of_network"), np.asarray(drawn["behaviour.source_multiplier"], dtype=np.float64),
                np.asarray(values["behaviour.posting_shape"], dtype=np.float64), self._weekly(values) * weeks[:, None])

    def _weekly(self, values: Values) -> Reals:
        """Mean unprompted posts a week on a platform used for work, by parameter set and kind of employee."""
        sharers, shape = np.log(values["behaviour.monthly_sharers_fraction"]), np.log(values["behaviour.posting_shape"])
        return np.exp(self._log_rate.ev(sharers, shape))[:, None] * (self._relative * self._willing)[None, :]

    def _posters(self, values: Values) -> tuple[Reals, Reals]:
        """Fractions of employees who posted in the window, and who post at least once in `survey.often_months`."""
        weekly, shape = self._weekly(values), values["behaviour.posting_shape"][:, None]
        weeks = (values["survey.window_months"] * WEEKS_PER_MONTH)[:, None]
        least = 1.0 / (values["survey.often_months"] * WEEKS_PER_MONTH)[:, None]
        posted, often = np.zeros(len(weekly)), np.zeros(len(weekly))
        for used in product((False, True), repeat=len(self.platforms)):
            chance = float(np.prod([part if yes else 1.0 - part for part, yes in zip(self._uses, used, strict=True)]))
            if sum(used):
                posted += chance * ((1.0 - silent_chance(sum(used) * weekly * weeks, shape)) @ self._parts)
                often += chance * (gammaincc(shape, shape * least / (sum(used) * weekly)) @ self._parts)
        return posted, often

    @cached_property
    def _uses(self) -> Reals:
        return np.array([self._settings[name].advocate_fraction for name in self.platforms])

    @cached_property
    def _fixed(self) -> tuple[Any, ...]:
        behaviour = self.scenario.behaviour
        active = np.array([self._settings[name].active_fraction for name in self.platforms])
        return (EMPLOYED_FRACTION * self._uses, active, self._parts, float(behaviour.first_delivery_response), float(behaviour.topics), float(behaviour.topic_lift))

    @cached_property
    def _deliveries(self) -> tuple[Reals, Reals]:
        """Chance of exactly one delivery, and of more, of a post of unknown appeal, over the log intensity of an average one."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(APPEAL_NODES)
        sd = self.scenario.behaviour.appeal_log_sd
        expected = np.exp(np.linspace(LEAST_LOG, MOST_LOG, 4 * POINTS))[:, None] * np.exp(sd * nodes - 0.5 * sd * sd)[None, :]
        once, none = expected * np.exp(-expected), -np.expm1(-expected)
        return once @ weights / weights.sum(), np.maximum(none - once, 0.0) @ weights / weights.sum()

    @cached_property
    def _log_levels(self) -> dict[str, Callable[[Reals], Reals]]:
        """Log of the intensity level over the log of visibility, by platform: solved on a grid by the model's own rule."""
        behaviour, grid = self.scenario.behaviour, np.geomspace(0.005, 0.6, 40)
        found: dict[str, Callable[[Reals], Reals]] = {}
        for name in self.platforms:
            every = self.following(name)
            met = coarse(attention(float(every.mean()), every, behaviour.divided_attention), every / every.sum())
            found[name] = PchipInterpolator(np.log(grid), np.log([level_for(float(part), behaviour.activity_shape, *met, behaviour.appeal_log_sd) for part in grid]))
        return found

    @cached_property
    def _relative(self) -> Reals:
        """Rates of the segments against the first one's, for every kind of employee."""
        rates = unprompted_rates(self.scenario)
        return np.repeat(rates / rates[0], len(self._willing) // rates.size)

    @cached_property
    def _log_rate(self) -> RectBivariateSpline:
        """Log of the first segment's rate over the logs of monthly sharers and shape: solved on a grid by the model's own rule."""
        sharers, shapes = np.geomspace(0.0028, 0.105, 24), np.geomspace(0.19, 5.2, 16)
        rates = [[unprompted_rates(self.scenario.replace(behaviour__monthly_sharers_fraction=float(part), behaviour__posting_shape=float(shape)))[0] for shape in shapes]
                 for part in sharers]
        return RectBivariateSpline(np.log(sharers), np.log(shapes), np.log(rates))


def _stratified(luck: Luck, column: int, count: int) -> Reals:
    """Uniform numbers, one in each of `count` equal parts of (0, 1), in keyed order."""
    who = np.arange(count)
    order = np.argsort(np.argsort(luck.uniforms("respondent", 1, column, who=who)))
    return np.asarray((order + luck.uniforms("respondent", 2, column, who=who)) / count)


def _cell(uniforms: Reals, cells: int) -> NDArray[np.int64]:
    return (uniforms * cells).astype(np.int64)
