"""Every key of a scenario, with unit, range, default and the evidence or assumption behind the default.

Levers are what one chooses, uncertainties what one cannot. `tests/inputs` resolves every evidence key named here.
"""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field, PrivateAttr, model_validator

from simulation.inputs.paid import Paid
from simulation.inputs.platforms import Platforms
from simulation.inputs.quantity import Settings, lever, quantity

SEGMENTS = ("eager", "persuadable", "loud_mixed", "critical", "inert")
"""Types of employees. Fractions from a survey of 2014, names our own."""

Stage = Literal[1, 2, 3, 4, 5]
Family = Literal["foci", "file", "barabasi_albert", "configuration", "lfr", "powerlaw_cluster", "stochastic_block_model", "watts_strogatz"]


class Horizon(Settings):
    """How long the campaign lasts and how finely it is watched."""

    weeks: int = lever(13, "weeks", "Length of the campaign", low=1, high=104)
    step_hours: int = quantity(24, "hours", "Length of a step", low=1, high=168, assumed="a day; results of a share do not depend on it")
    tail_days: int = quantity(7, "days", "Time after the campaign in which late impressions still count", low=0, high=60,
                              assumed="longer than any post lives")
    start_date: datetime.date = lever(datetime.date(2016, 4, 4), "date", "First day")

    @property
    def campaign_hours(self) -> float:
        """Hours in which posts are made and ads are bought."""
        return self.weeks * 168.0

    @property
    def end_hours(self) -> float:
        """Hours at which reach is read: campaign and tail."""
        return self.campaign_hours + self.tail_days * 24.0

    @property
    def days(self) -> int:
        """Days on which reach is read: campaign and tail."""
        return self.weeks * 7 + self.tail_days

    @property
    def months(self) -> float:
        """Length of the campaign in months of 365.25 / 12 days."""
        return self.weeks * 7.0 / (365.25 / 12.0)


class Market(Settings):
    """The people whom the campaign wants to reach."""

    consumers: int = lever(300_000, "people", "Size of the market, the audience of the campaign", low=10, high=100_000_000)
    contacts_in_market_fraction: float = quantity(0.3, "fraction of contacts", "Employees' contacts who belong to the market", low=0.001, high=1,
                                                  assumed="a fact of the firm; nobody publishes it, so vary it widely")
    sample_fraction: float = lever(1.0, "fraction", "Part of the consumers outside the employees' and pages' audiences who are followed one by one, each standing for several; "
                                   "1 follows everybody", above=0, high=1)


class Network(Settings):
    """Who follows whom: the recipe of shared foci, a NetworkX family, or one's own file."""

    family: Family = lever("foci", "name", "Recipe of the network; 'file' reads one's own")
    file: str | None = lever(None, "path", "Edge list (CSV, TSV or spaces, also .gz), GraphML, GEXF or Pajek; beside the scenario, or absolute")
    attributes: str | None = lever(None, "path", "Table of node attributes: node, department, seniority")
    nodes: Literal["employees", "consumers"] = lever("employees", "kind of person", "Whom the nodes of the file stand for")
    mean_followers: float = lever(40.0, "people", "Mean number of ties in a NetworkX family, on every platform", low=2, high=1000)
    platform: str | None = lever(None, "name", "Platform that the ties of the file belong to; left out: all of them")

    @model_validator(mode="after")
    def _a_file_needs_its_family(self) -> Network:
        if self.family == "file" and self.file is None:
            raise ValueError("society.network.file is required when society.network.family is 'file': give the path of the network "
                             "(on the command line: --set society.network.file=PATH)")
        if self.family != "file" and self.file is not None:
            raise ValueError(f"society.network.file is given but society.network.family is '{self.family}'. Did you mean family: file?")
        return self


class Society(Settings):
    """The firm, and how its people are woven into the society around it."""

    employees: int = lever(300, "people", "Employees of the firm", low=1, high=1_000_000)
    departments: int = lever(10, "departments", "Departments of the firm, of unequal size", low=1, high=1000)
    region: Literal["north_america", "europe"] = lever("north_america", "region", "Sets how many keep work and private life apart")
    network: Network = Network()
    assortment: float = quantity(0.6, "rank correlation", "How much people of similar sociability join the same foci", low=0, high=0.95,
                                 assumed="gives the clustering and the friends' mean degree that surveys find")
    shared_circle_fraction: float = quantity(0.3, "fraction of employees", "Employees whose professional circle is their department's own", low=0, high=1,
                                             assumed="colleagues know the same clients and suppliers; nobody measured how far")
    colleague_fraction: float = quantity(0.5, "probability", "Tie between two employees of one department", low=0, high=1, assumed="people sit together")
    managers_span: int = quantity(8, "people", "Employees whom one manager leads", low=2, high=100, assumed="a common span of control")


class ProgrammeCost(Settings):
    """What the programme costs: software, people, content, time and rewards."""

    seat_per_month: float = lever(20.0, "currency per seat and month", "Price of the advocacy software", low=0, high=10_000,
                                  evidence=("vulse-2026-seat-price", "swaybase-2022-seat-price"))
    seats: Literal["enrolled", "active"] = lever("enrolled", "who is billed", "Seats are paid for all enrolled, or for active advocates only",
                                                 evidence=("everyonesocial-fair-billing",))
    coordinator_per_month: float = lever(2_000.0, "currency per month", "Salary part of whoever runs the programme", low=0, high=1_000_000)
    content_per_item: float = lever(100.0, "currency per item", "Making one item to share", low=0, high=1_000_000)
    minutes_per_share: float = lever(3.0, "minutes", "Working time that one share takes", low=0, high=480)
    wage_per_hour: float = lever(35.0, "currency per hour", "Cost of an hour of work", low=0, high=10_000)
    incentive_per_advocate: float = lever(0.0, "currency per advocate", "Rewards in the period, for each advocate", low=0, high=100_000)


class Programme(Settings):
    """The employee advocacy programme."""

    enabled: bool = lever(True, "yes or no", "Whether the scenario as written has a programme")
    stage: Stage = lever(3, "stage", "Maturity, 1 to 5; the source's names of its five stages were not recovered, so ours are numbers",
                         evidence=("altimeter-2016-maturity-stages",))
    enrolment_fraction: float = lever(0.3, "fraction of employees", "Employees invited and signed up", low=0, high=1)
    items_per_week: float = lever(3.0, "items per week", "Items offered for sharing", low=0, high=50)
    training: float = lever(0.5, "fraction of the enrolled", "Enrolled employees who were trained", low=0, high=1)
    encouragement: float | None = lever(None, "logit units", "Push of the programme on willingness; left out: 0.5 a stage above the first", low=-3, high=5)
    displacement_fraction: float = quantity(0.2, "fraction of unprompted shares", "Unprompted shares of the enrolled that the programme replaces", low=0, high=1,
                                            assumed="some would have posted anyway; nobody measured how many")
    cost: ProgrammeCost = ProgrammeCost()

    @property
    def push(self) -> float:
        """Encouragement in logit units: as given, or by stage."""
        return 0.5 * (self.stage - 1) if self.encouragement is None else self.encouragement


class Page(Settings):
    """The brand's own pages, one a platform, posting in every world."""

    enabled: bool = lever(True, "yes or no", "Whether the brand has pages")
    followers: int | None = lever(None, "people per platform", "Followers of each page; left out: employees' summed networks divided by network_ratio", low=0, high=100_000_000)
    network_ratio: float = quantity(10.0, "ratio", "Employees' summed networks divided by the page's followers", low=0.1, high=10_000,
                                    evidence=("linkedin-2016-network-ratio",), assumed="the same on every platform")
    posts_per_week: float = lever(3.0, "posts per week", "Posts of each page", low=0, high=100)


class Behaviour(Settings):
    """How people decide. All uncertain: the priors of the calibration start here."""

    activity_shape: float = quantity(0.5, "shape of a gamma", "Evenness of people's activity; small is a few heavy users", low=0.25, high=1,
                                     evidence=("uci-facebook-2014-shape",))
    activity_correlation: float = quantity(0.5, "correlation", "How far activity on platforms and for ads is shared", low=0, high=1,
                                           assumed="overlap must be found, not assumed; both bounds are printed")
    divided_attention: float = quantity(1.0, "exponent", "How a long list of contacts thins what each one's posts get", low=0, high=1.5,
                                        evidence=("hodas-2012-divided-attention",), assumed="exponent 1: a fixed time for all")
    appeal_log_sd: float = quantity(1.1, "standard deviation of the logarithm", "How much posts differ", low=0, high=2,
                                    evidence=("uci-facebook-2014-log-sd", "linkedin-member-export-2024-log-sd"))
    affinity_shape: float = quantity(2.0, "first parameter of a beta", "Evenness of people's liking affinity; the second is three times it", low=0.1, high=50,
                                     assumed="most react rarely, a few often")
    topics: int = quantity(4, "topics", "Topics that items and people's interests have", low=1, high=50, assumed="two or more, so that cascades die out")
    topic_lift: float = quantity(2.0, "ratio", "Reaction to one's own topic, against the average topic", low=1, high=10, assumed="interests matter")
    source_multiplier: float = quantity(2.0, "ratio", "Reaction to a person's post, against a page's post or ad", low=1, high=6,
                                        evidence=("linkedin-2016-employee-ctr-ratio",))
    first_delivery_response: float = quantity(0.7, "fraction", "Reaction after one delivery, against two or more", low=0, high=1,
                                              evidence=("bao-2013-two-exposures",), assumed="flat after the second")
    hop_damping: float = quantity(0.07, "ratio", "Reshare rate at each further hop, against the hop before", low=0, high=1,
                                  assumed="keeps some 97% of reshares at depth one, near the 96% measured for retweets; 0.3 keeps 87%, because what is passed on is what appeals")
    monthly_sharers_fraction: float = quantity(0.03, "fraction of employees", "Employees who share unprompted on LinkedIn in a month; sets the level everywhere", low=0, high=0.3,
                                               evidence=("linkedin-2017-employees-sharing",))
    posting_shape: float | None = quantity(None, "shape of a gamma", "Evenness of unprompted posting inside a segment; small is a few who post most, left out: all alike",
                                           low=0.05, high=50, assumed="drawn from the posterior by default; alike is the simplest fixed value")
    offered_share_probability: float = quantity(0.05, "probability per item and platform", "Sharing an offered item at stage 1, averaged over the segments", above=0, high=0.9,
                                                evidence=("fourspot-2025-weak-programme", "fourspot-2025-thriving-programme"),
                                                assumed="monthly active fractions run from a tenth to a third over the stages, an opinion without data")
    response_hours: float = quantity(24.0, "hours", "Mean time from an offer to its answer", above=0, high=336, assumed="people see to it within a day or two")
    segments: dict[str, float] = quantity({"eager": 0.21, "persuadable": 0.26, "loud_mixed": 0.07, "critical": 0.24, "inert": 0.22}, "fractions of employees",
                                          "Types of employees: " + ", ".join(SEGMENTS),
                                          evidence=("weber-shandwick-2014-proactivists", "weber-shandwick-2014-preactivists", "weber-shandwick-2014-hyperactives",
                                                    "weber-shandwick-2014-reactivists-detractors", "weber-shandwick-2014-inactives"))
    critical_fraction: float = quantity(0.26, "probability", "Unprompted share of an opinionated employee that criticises the firm", low=0, high=1,
                                        evidence=("hrreview-2014-critical-fraction",))
    manager_lift: float = quantity(0.8, "logit units", "Willingness of managers above others", low=-2, high=4,
                                   evidence=("altimeter-2016-advocates-managers",), assumed="the workforce's part of managers is not in the report")
    privacy_fraction: float | None = quantity(None, "fraction of employees", "Employees who keep work and private life apart; left out: by region", low=0, high=1,
                                              evidence=("altimeter-2016-private-life-europe", "altimeter-2016-private-life-north-america"))
    privacy_penalty: float = quantity(3.0, "logit units", "Willingness lost by those who keep work and private life apart", low=0, high=10,
                                      assumed="they hardly share, but are not barred")
    topic_match: float = quantity(0.5, "logit units", "Willingness gained by an item on one's own topic", low=0, high=3, assumed="people share what interests them")
    peer_influence: float = quantity(0.5, "logit units", "Willingness gained when all of one's colleagues shared lately", low=0, high=5,
                                     assumed="share probability rises with the fraction of contacts who shared; strength unknown")
    peer_days: float = quantity(7.0, "days", "What counts as lately", above=0, high=60, assumed="a working week")
    fatigue_per_share: float = quantity(0.06, "logit units per share", "Willingness lost by each share of an offered item", low=0, high=2,
                                        assumed="daily sharers tire within weeks")
    fatigue_half_life_days: float = quantity(14.0, "days", "Rest in which half of the fatigue is gone", above=0, high=365, assumed="a holiday restores")
    connected_fraction: float = quantity(0.5, "fraction of employees", "Employees who feel more connected and enthusiastic after sharing", low=0, high=1,
                                         evidence=("altimeter-2016-more-connected-and-enthusiastic",), assumed="ranked first among feelings; its percentage was not recovered")
    engagement_per_share: float = quantity(0.04, "logit units per share", "Engagement gained by each share, for those who feel more connected", low=0, high=2,
                                           assumed="smaller than the fatigue of a share, but longer-lived")
    engagement_half_life_days: float = quantity(60.0, "days", "Time in which half of the gained engagement is gone", above=0, high=3650, assumed="a season")
    engagement_sd: float = quantity(0.5, "logit units", "Spread of engagement between employees before anything happens", low=0, high=3,
                                    assumed="half of employees trust their firm, half do not")
    habit_gain: float = quantity(0.3, "logit units", "Willingness gained by somebody who shares every week", low=0, high=3, assumed="habits form")
    habit_half_life_days: float = quantity(21.0, "days", "Time in which half of a habit is lost", above=0, high=365, assumed="three weeks")
    incident_fraction: float = quantity(0.08, "probability per firm and year", "At least one inappropriate post of an employee", low=0, high=1,
                                        evidence=("altimeter-2016-inappropriate-content",))
    training_effect: float = quantity(0.5, "fraction", "Incidents that training prevents among the trained", low=0, high=1, assumed="no measurement")

    @model_validator(mode="after")
    def _segments_are_a_whole(self) -> Behaviour:
        if set(self.segments) != set(SEGMENTS):
            raise ValueError(f"segments must be exactly: {', '.join(SEGMENTS)}; given: {', '.join(self.segments)}")
        if any(not 0 <= fraction <= 1 for fraction in self.segments.values()) or abs(sum(self.segments.values()) - 1) > 1e-6:
            raise ValueError(f"segments must be fractions that add up to 1; they add up to {sum(self.segments.values()):.6g}")
        return self


SMALL = 3_000
"""People, consumers and employees, up to whom agents are played when no engine is asked for."""


class Run(Settings):
    """How the scenario is played."""

    replications: int = lever(20, "replications", "Repetitions with new luck and a new society", low=1, high=100_000)
    seed: int = lever(2016, "number", "Seed of all luck", low=0, high=2**63 - 1)
    engine: Literal["auto", "agents", "compiled"] = lever("auto", "name", "Engine that plays the model; all give the same results, auto takes the faster one")
    workers: int | None = lever(None, "processes", "Worker processes; left out: one per core", low=1, high=1024)
    parameters: Literal["posterior", "fixed"] = lever("posterior", "name", "Uncertain parameters: drawn for each replication from the posterior, or fixed at the scenario's values")
    posterior: str | None = lever(None, "path", "Posterior file of advocacy calibrate, beside the scenario, or absolute; left out: the shipped one")
    held: list[str] = lever([], "keys", "Uncertain parameters that stay at the scenario's values; filled in with those that a file or --set writes")


class Scenario(Settings):
    """A complete setting: what is chosen, what is assumed, and how it is played."""

    title: str = Field(default="Untitled", description="A few words")
    purpose: str = Field(default="", description="One sentence: the question that the scenario answers")
    sources: list[str] = Field(default=[], description="Where its figures come from")
    currency: str = Field(default="USD", description="Currency of all money", pattern="^[A-Z]{3}$")
    price_year: int = Field(default=2016, description="Year of all prices", ge=1990, le=2100)
    horizon: Horizon = Horizon()
    market: Market = Market()
    society: Society = Society()
    platforms: Platforms = Platforms()
    programme: Programme = Programme()
    paid: Paid = Paid()
    page: Page = Page()
    behaviour: Behaviour = Behaviour()
    run: Run = Run()
    _name: str = PrivateAttr(default="scenario")

    @property
    def name(self) -> str:
        """Short name, that of its file: used for folders and in results."""
        return self._name

    def named(self, name: str) -> Scenario:
        """The same scenario under another short name."""
        copy = self.model_copy()
        copy._name = name
        return copy

    def replace(self, **changes: object) -> Scenario:
        """A checked copy with some values changed; keys are dotted with `__`, as in `paid__budget=20000.0`."""
        values = self.model_dump()
        for dotted, value in changes.items():
            *path, last = dotted.split("__")
            block = values
            for part in path:
                block = block[part]
            block[last] = value
        return Scenario.model_validate(values).named(self.name)

    @model_validator(mode="after")
    def _names_of_platforms_agree(self) -> Scenario:
        names = self.platforms.names()
        if self.society.network.platform is not None and self.society.network.platform not in names:
            raise ValueError(f"society.network.platform is '{self.society.network.platform}'; allowed: {', '.join(names)}")
        for name in self.paid.split or {}:
            if name not in names:
                raise ValueError(f"paid.split names '{name}'; allowed: {', '.join(names)}")
        if self.paid.split is not None and not any(self.paid.split.get(name, 0) > 0 for name in names if name in self.paid.cpm):
            raise ValueError(f"paid.split gives no weight to any platform that has a price; allowed: {', '.join(name for name in names if name in self.paid.cpm)}")
        if wrong := [topic for topic in self.paid.targeting.topics or () if not 0 <= topic < self.behaviour.topics]:
            raise ValueError(f"paid.targeting.topics has {wrong[0]}; allowed: 0 to {self.behaviour.topics - 1} (behaviour.topics is {self.behaviour.topics})")
        if self.paid.targeting.topics == []:
            raise ValueError("paid.targeting.topics names none; leave it out to target everybody")
        for flight in self.paid.flights or ():
            if wrong_names := [name for name in (*(flight.platforms or ()), *(flight.cpm or ())) if name not in names]:
                raise ValueError(f"paid.flights: '{flight.name}' names '{wrong_names[0]}'; allowed: {', '.join(names)}")
            if max(flight.first_week, flight.last_week or 1) > self.horizon.weeks:
                raise ValueError(f"paid.flights: '{flight.name}' runs beyond the campaign; allowed: weeks 1 to {self.horizon.weeks} (horizon.weeks)")
        if not self.may_be_sampled and self.market.sample_fraction < 1:
            raise ValueError(f"paid.spill_over is {self.paid.spill_over:g} but market.sample_fraction is {self.market.sample_fraction:g}; allowed: 0 unless everybody is followed "
                             "(market.sample_fraction: 1), since of a sample's likes only a part would be shown to contacts")
        if self.paid.enabled and not self.bought_platforms:
            raise ValueError(f"paid.cpm has no price for any platform in play ({', '.join(names)})")
        return self

    @property
    def may_be_sampled(self) -> bool:
        """Whether a sample can stand for the market: not where likes of ads spread them, as of a sample's likes only a part would be shown to contacts."""
        return self.paid.spill_over == 0

    @property
    def privacy_fraction(self) -> float:
        """Employees who keep work and private life apart: as given, or by region."""
        if self.behaviour.privacy_fraction is not None:
            return self.behaviour.privacy_fraction
        return {"europe": 0.44, "north_america": 0.23}[self.society.region]

    @property
    def targeted_fraction(self) -> float:
        """Part of the market that ads are aimed at."""
        targeting = self.paid.targeting
        alike = 1.0 if targeting.lookalike is None else targeting.lookalike.size
        return targeting.audience_fraction * alike * (1.0 if targeting.topics is None else len(set(targeting.topics)) / self.behaviour.topics)

    @property
    def people(self) -> int:
        """Size of the society around the firm: the market and everybody else whom its contacts are drawn from."""
        return max(self.market.consumers, round(self.market.consumers / self.market.contacts_in_market_fraction))

    @property
    def engine(self) -> str:
        """The engine that plays it: as asked, else agents for a small market and compiled code for a larger one."""
        if self.run.engine != "auto":
            return self.run.engine
        return "agents" if self.market.consumers + self.society.employees <= SMALL else "compiled"

    @property
    def bought_platforms(self) -> dict[str, float]:
        """Platforms on which ads are bought, with the part of the media money that each gets; parts add up to 1."""
        if self.paid.flights is None:
            return self._split_over(None)
        parts = self.flight_parts
        return {name: sum(part.get(name, 0.0) for part in parts) for name in self.platforms.names() if any(name in part for part in parts)}

    @property
    def flight_parts(self) -> list[dict[str, float]]:
        """Part of the media money that each flight spends on each of its platforms; all parts add up to 1."""
        flights = self.paid.flights or []
        splits = [self._split_over(flight.platforms) for flight in flights]
        weights = [flight.weight if split else 0.0 for flight, split in zip(flights, splits, strict=True)]
        return [{name: part * weight / sum(weights) for name, part in split.items()} for split, weight in zip(splits, weights, strict=True)]

    def _split_over(self, chosen: list[str] | None) -> dict[str, float]:
        """How money is split over platforms that have a price, all of them or those chosen; parts add up to 1."""
        names = [name for name in self.platforms.names() if name in self.paid.cpm and (chosen is None or name in chosen)]
        weights = {name: (1.0 if self.paid.split is None else self.paid.split.get(name, 0.0)) for name in names}
        total = sum(weights.values()) or 1.0
        return {name: weight / total for name, weight in weights.items() if weight > 0}
