"""The advertising campaign: money, prices, caps, what counts as seen, and whom it is aimed at."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from simulation.inputs.quantity import Settings, lever, quantity


class Cap(Settings):
    """A limit on how often one person is shown the ads of one platform."""

    impressions: int = lever(3, "served impressions", "Most impressions per person and window", low=1, high=1000)
    days: int = lever(7, "days", "Length of a window", low=1, high=365)


class Auction(Settings):
    """How prices rise with the volume that is bought."""

    shape: float = quantity(1.8, "shape of a log-logistic law", "Evenness of competing prices; small is a wide range", low=1.05, high=20,
                            assumed="fitted to one display campaign of 2013 (iPinYou 1458) within 17% at each bid; nobody published one for feeds")
    reference_per_week: float = quantity(1.0, "impressions per reachable person and week", "Volume at which the mean price is the CPM; anchors all prices", above=0, high=100,
                                         assumed="published prices are those of ordinary campaigns; nobody published how dense these were")
    bid: dict[str, float] | None = lever(None, "currency per thousand served impressions", "Highest price paid, by platform; left out: whatever spends the day's money")


class Reservation(Settings):
    """Impressions bought in advance at a fixed price."""

    premium: float = lever(1.3, "ratio", "Price against the published CPM: certainty costs", low=0.1, high=20)
    impressions: dict[str, int] | None = lever(None, "served impressions", "Volume guaranteed, by platform, spread evenly over the days; left out: what the money buys")


class Burst(Settings):
    """A stretch of weeks in which ads run."""

    first_week: int = lever(1, "week", "The first week of the stretch, 1 being the campaign's first", low=1, high=520)
    weeks: int = lever(1, "weeks", "Its length; what lies beyond the campaign is cut off", low=1, high=520)
    weight: float = lever(1.0, "weight", "Money of each of its weeks, against those of other stretches", above=0, high=1e6)


class FlightPlan(Settings):
    """Ads on some platforms in some weeks, under terms of their own."""

    name: str = lever("flight", "name", "What it is called")
    platforms: list[str] | None = lever(None, "names", "Where it runs; left out: on all platforms that have a price")
    first_week: int = lever(1, "week", "Its first week, 1 being the campaign's first", low=1, high=520)
    last_week: int | None = lever(None, "week", "Its last week; left out: the campaign's last", low=1, high=520)
    weight: float = lever(1.0, "weight", "Its part of the media money, against those of other flights", above=0, high=1e9)
    cpm: dict[str, float] | None = lever(None, "currency per thousand served impressions", "Its price, by platform; where left out: the campaign's")
    cap: Cap | None = lever(None, "limit", "Its frequency cap, counted by itself; left out: the campaign's")

    def meets(self, other: FlightPlan) -> bool:
        """Whether both run on one platform in one week."""
        together = self.platforms is None or other.platforms is None or bool(set(self.platforms) & set(other.platforms))
        return together and self.first_week <= (other.last_week or 520) and other.first_week <= (self.last_week or 520)


class WearOut(Settings):
    """How people tire of a campaign's ads, whichever they are."""

    after: int = quantity(10, "impressions", "Impressions from which answers fall", low=0, high=1000, assumed="lab studies see attitude at its best near ten exposures")
    rate: float = quantity(0.0, "per impression", "Exponential fall of answers with each further impression", low=0, high=1,
                           assumed="0: the literature disagrees on whether and when it sets in; each person answers an ad only once in any case")


class PaidCost(Settings):
    """What ads cost beside the media."""

    creative: float = lever(1_500.0, "currency", "Making the ads", low=0, high=10_000_000)
    fee_fraction: float = lever(0.0, "fraction of media", "Agency fee", low=0, high=1)
    platform_minimum: float = lever(0.0, "currency per platform", "Smallest media budget that a platform accepts", low=0, high=10_000_000)


class Lookalike(Settings):
    """An audience that a platform makes of a list of the employees' contacts: contacts it finds, filled up with others."""

    size: float = lever(0.1, "fraction of the market", "Size of the audience", above=0, high=1)
    accuracy: float = quantity(0.5, "fraction of contacts", "Employees' contacts in the market whom the platform finds, and takes first; 0: a random audience; "
                               "1, with a size no larger than they are: contacts alone (retargeting)", low=0, high=1,
                               assumed="nobody published how many of a list platforms find, nor how like its members a lookalike's are")


class Targeting(Settings):
    """Whom in the market the ads are aimed at."""

    audience_fraction: float = lever(1.0, "fraction of the market", "Part of the market that is targeted, independent of who follows whom", above=0, high=1)
    topics: list[int] | None = lever(None, "topics", "Only people whom the platform takes to care for these topics (from 0), with ads on them; left out: all, on any topic")
    interest_accuracy: float = quantity(0.6, "fraction of people", "Of whom the platform knows the topic they care for; of the others it believes any", low=0, high=1,
                                        assumed="audits of audience data found a good half of interest labels right")
    lookalike: Lookalike | None = lever(None, "audience", "Only an audience made of the employees' contacts; left out: whoever follows whom")


class Paid(Settings):
    """The advertising campaign."""

    enabled: bool = lever(True, "yes or no", "Whether the scenario as written has ads")
    budget: float | None = lever(None, "currency", "Media, creative and fees together; left out: match_programme_cost", low=0, high=1e12)
    match_programme_cost: bool = lever(True, "yes or no", "Without a budget: spend what the programme is planned to cost")
    cpm: dict[str, float] = quantity({"facebook": 6.33, "linkedin": 29.43, "twitter": 4.29}, "currency per thousand served impressions",
                                     "Flat price; a constant price knows no saturation of the auction",
                                     evidence=("salesforce-2016-facebook-cpm", "salesforce-2016-linkedin-cpm", "salesforce-2016-twitter-cpm"))
    pricing: Literal["flat", "auction", "reservation"] = lever("flat", "kind of price", "A constant CPM; a price that rises with the fraction of places won; or volume in advance")
    auction: Auction = Auction()
    reservation: Reservation = Reservation()
    wear_out: WearOut = WearOut()
    bursts: list[Burst] | None = lever(None, "stretches of weeks", "When ads run; where stretches meet, weights add up; left out: all the time")
    flights: list[FlightPlan] | None = lever(None, "flights", "Flights of the campaign, one at a time on each platform; left out: the same terms all the time")
    split: dict[str, float] | None = lever(None, "weights", "How media money is split over platforms; left out: equally")
    cap: Cap | None = lever(Cap(), "limit", "Frequency cap; null for none")
    creative_days: int = lever(28, "days", "Days after which the ads are replaced by new ones", low=1, high=365)
    viewable_fraction: float = quantity(0.54, "fraction of served impressions", "Served impressions that are seen; the others cost but count for nothing",
                                        low=0, high=1, evidence=("lumen-2017-facebook-looked-at",),
                                        assumed="counts against ads: organic impressions are not discounted for attention")
    invalid_fraction: float = quantity(0.0, "fraction of served impressions", "Impressions that no human caused", low=0, high=0.99,
                                       assumed="none on in-feed ads of large platforms")
    blocked_fraction: float = quantity(0.1, "fraction of people", "People who block ads or never look at one", low=0, high=0.99, assumed="blocking is rare inside apps")
    spill_over: float = quantity(0.0, "ratio", "How strongly a like of an ad shows it, unpaid, to the liker's contacts; 1: as a like of the page's own post does", low=0, high=10,
                                 assumed="0, none: platforms report viral impressions of ads, but nobody published how many; a like of an ad need not be shown to anybody")
    targeting: Targeting = Targeting()
    cost: PaidCost = PaidCost()

    @model_validator(mode="after")
    def _money_and_prices_make_sense(self) -> Paid:
        if self.enabled and self.budget is None and not self.match_programme_cost:
            raise ValueError("paid.budget is missing and paid.match_programme_cost is false; give one of them, or paid.enabled: false")
        for name, price in [*self.cpm.items(), *(pair for flight in self.flights or () for pair in (flight.cpm or {}).items())]:
            if not 0.01 <= price <= 100_000:
                raise ValueError(f"cpm.{name} is {price}; allowed: 0.01 to 100000")
        self._flights_make_sense()
        for name, weight in (self.split or {}).items():
            if not 0 <= weight <= 1e9:
                raise ValueError(f"split.{name} is {weight}; allowed: 0 or more")
        return self

    def _flights_make_sense(self) -> None:
        if self.flights is not None and (self.bursts is not None or not self.flights):
            raise ValueError("paid.flights and paid.bursts are both given; flights have weeks of their own, so leave bursts out" if self.flights else
                             "paid.flights names none; leave it out, or paid.enabled: false for no ads")
        for number, flight in enumerate(self.flights or ()):
            if flight.last_week is not None and flight.last_week < flight.first_week:
                raise ValueError(f"paid.flights: '{flight.name}' ends in week {flight.last_week}, before its first week {flight.first_week}")
            for other in (self.flights or ())[:number]:
                if other.name == flight.name:
                    raise ValueError(f"paid.flights: two are called '{flight.name}'; allowed: a name for each")
                if other.meets(flight):
                    raise ValueError(f"paid.flights: '{other.name}' and '{flight.name}' run on the same platform in the same weeks; allowed: one at a time on each platform")
