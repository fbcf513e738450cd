"""The platforms: what share of followers is there, what they are shown, how they answer, how many they follow.

The three shipped platforms differ only in their defaults; any other name gets the general ones, all assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from simulation.errors import nearest
from simulation.inputs.quantity import Settings, quantity

FOCI = ("coworkers", "high_school", "extended_family", "college", "immediate_family", "groups", "neighbours", "industry")
PER_DELIVERY = "probability per person and post, after at least two deliveries, at average affinity"


class Platform(Settings):
    """A platform that the survey figures say nothing about: general defaults, to be replaced by one's own figures."""

    active_fraction: float = quantity(0.5, "fraction of accounts", "Accounts active in the period; the others see nothing",
                                      above=0, high=1, assumed="between LinkedIn's quarter and Facebook's daily habit")
    visibility_fraction: float = quantity(0.1, "fraction of active followers", "Active followers shown an average personal post",
                                          low=0, high=0.95, assumed="between Twitter and Facebook")
    page_visibility_fraction: float = quantity(0.08, "fraction of active followers", "Active followers shown an average page post",
                                               low=0, high=0.95, assumed="as on Facebook")
    half_life_hours: float = quantity(4.0, "hours", "Time in which half of a post's deliveries have happened", above=0, high=336,
                                      assumed="between Facebook and LinkedIn")
    repeats: float = quantity(1.73, "impressions per delivery", "Times that a delivered post is shown to the same person", low=1, high=20,
                              evidence=("uci-facebook-2014-repeats",), assumed="the one page measured stands for all platforms")
    out_of_network: float = quantity(0.45, "impressions per follower impression", "Impressions outside the followers, among contacts of those who liked",
                                     low=0, high=20, evidence=("uci-facebook-2014-out-of-network",), assumed="as on a Facebook page")
    like_rate: float = quantity(0.013, PER_DELIVERY, "Like of a page's post", low=0, high=0.5,
                                evidence=("uci-facebook-2014-likes-per-reach",), assumed="as on a Facebook page")
    click_rate: float = quantity(0.01, PER_DELIVERY, "Click on a page's post", low=0, high=0.5, assumed="like an average ad")
    reshare_rate: float = quantity(0.0005, PER_DELIVERY, "Reshare of a page's post by somebody who sees it from its author", low=0, high=0.2,
                                   assumed="as on LinkedIn")
    ad_click_rate: float = quantity(0.01, "probability per person and creative", "Click on an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                    assumed="between Facebook and LinkedIn")
    ad_like_rate: float = quantity(0.003, "probability per person and creative", "Like of an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                   assumed="a third of the clicks")
    ad_opportunities_per_day: float = quantity(10.0, "ads per active person and day", "Places in the feed where an ad could be shown", above=0, high=500,
                                               assumed="between LinkedIn and Facebook")
    advocate_fraction: float = quantity(0.5, "fraction of employees", "Employees who would use this platform for work at all", low=0, high=1,
                                        evidence=("man-2017-twitter",), assumed="as for Twitter")
    follows: Literal["mutual", "directed"] = quantity("mutual", "kind of tie", "Whether a tie runs both ways", assumed="most platforms know contacts")
    followers_median: float = quantity(150.0, "people", "Median number of followers or contacts", low=1, high=100_000, assumed="between Twitter and Facebook")
    followers_log_sd: float = quantity(1.0, "standard deviation of the logarithm", "Spread of the number of followers", low=0.1, high=2.5,
                                       assumed="as on Facebook")
    following_log_sd: float = quantity(1.0, "standard deviation of the logarithm", "Spread of the number of accounts that a person follows (directed platforms)",
                                       low=0.1, high=2.5, assumed="as on Facebook")
    composition: dict[str, float] = quantity({"coworkers": 0.1, "high_school": 0.1, "college": 0.1, "groups": 0.2, "industry": 0.2},
                                             "fractions of contacts", "Where contacts come from; what is missing from 1 are unlisted circles",
                                             assumed="no survey of this platform")

    @model_validator(mode="after")
    def _composition_is_a_part_of_a_whole(self) -> Platform:
        for focus, fraction in self.composition.items():
            if focus not in FOCI:
                guess = nearest(focus, FOCI)
                raise ValueError(f"composition has '{focus}'; allowed: {', '.join(FOCI)}" + (f". Did you mean '{guess}'?" if guess else ""))
            if not 0 <= fraction <= 1:
                raise ValueError(f"composition.{focus} is {fraction}; allowed: 0 to 1")
        if sum(self.composition.values()) > 1 + 1e-9:
            raise ValueError(f"composition adds up to {sum(self.composition.values()):.3g}; allowed: at most 1")
        return self


class LinkedIn(Platform):
    """LinkedIn: few active accounts, long-lived posts, a wide unknown in how far a personal post is shown."""

    active_fraction: float = quantity(0.25, "fraction of accounts", "Accounts active in the period; the others see nothing",
                                      above=0, high=1, evidence=("linkedin-2015-active-accounts",))
    visibility_fraction: float = quantity(0.15, "fraction of active followers", "Active followers shown an average personal post", low=0, high=0.95,
                                          assumed="no reliable measurement exists; middle of a prior of 0.05 to 0.30")
    page_visibility_fraction: float = quantity(0.08, "fraction of active followers", "Active followers shown an average page post", low=0, high=0.95,
                                               evidence=("ogilvy-2014-page-reach",), assumed="as on Facebook; LinkedIn publishes none")
    half_life_hours: float = quantity(10.0, "hours", "Time in which half of a post's deliveries have happened", above=0, high=336,
                                      evidence=("linkedin-member-export-2024-day-zero", "graffius-2018-linkedin-half-life"),
                                      assumed="prior of 6 to 24 hours: 64% of a week on the first day, compilations say 24 h")
    out_of_network: float = quantity(2.0, "impressions per follower impression", "Impressions outside the followers, among contacts of those who liked",
                                     low=0, high=20, evidence=("linkedin-member-export-2024-viewers",),
                                     assumed="prior of 0.5 to 10; one member's export has 36 viewers a follower in a year")
    like_rate: float = quantity(0.012, PER_DELIVERY, "Like of a page's post", low=0, high=0.5, evidence=("linkedin-member-export-2024-likes-per-impression",),
                                assumed="a member's likes per impression times impressions per delivery, halved for a page")
    click_rate: float = quantity(0.0097, PER_DELIVERY, "Click on a page's post", low=0, high=0.5, evidence=("b2bhouse-2022-linkedin-ctr",),
                                 assumed="an ad's click-through times impressions per delivery: organic clicks are not published")
    reshare_rate: float = quantity(0.00026, PER_DELIVERY, "Reshare of a page's post by somebody who sees it from its author", low=0, high=0.2,
                                   evidence=("linkedin-member-export-2024-reposts-per-impression",),
                                   assumed="a member's reposts per impression times impressions per delivery, halved for a page")
    ad_click_rate: float = quantity(0.0097, "probability per person and creative", "Click on an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                    evidence=("b2bhouse-2022-linkedin-ctr", "leadenforce-2025-ad-frequency"))
    ad_like_rate: float = quantity(0.003, "probability per person and creative", "Like of an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                   assumed="a third of the clicks")
    ad_opportunities_per_day: float = quantity(6.0, "ads per active person and day", "Places in the feed where an ad could be shown", above=0, high=500,
                                               assumed="a short daily visit, one ad in five stories")
    advocate_fraction: float = quantity(0.36, "fraction of employees", "Employees who would use this platform for work at all", low=0, high=1,
                                        evidence=("man-2017-linkedin",))
    followers_median: float = quantity(410.0, "people", "Median number of followers or contacts", low=1, high=100_000,
                                       evidence=("breitbarth-2014-connections-median",), assumed="upper bound: the sample was of keen users")
    followers_log_sd: float = quantity(0.86, "standard deviation of the logarithm", "Spread of the number of followers", low=0.1, high=2.5,
                                       evidence=("linkedin-degree-log-sd",))
    composition: dict[str, float] = quantity({"coworkers": 0.2, "college": 0.1, "groups": 0.1, "industry": 0.45}, "fractions of contacts",
                                             "Where contacts come from; what is missing from 1 are unlisted circles",
                                             assumed="no survey; coworkers a prior of 0.1 to 0.5")


class Facebook(Platform):
    """Facebook: the platform that surveys know best."""

    active_fraction: float = quantity(0.75, "fraction of accounts", "Accounts active in the period; the others see nothing", above=0, high=1,
                                      assumed="most account holders visit within days; no figure was recovered")
    visibility_fraction: float = quantity(0.2, "fraction of active followers", "Active followers shown an average personal post", low=0, high=0.95,
                                          evidence=("backstrom-2013-stories-shown",), assumed="a fifth of eligible stories were shown; prior of 0.10 to 0.40")
    page_visibility_fraction: float = quantity(0.082, "fraction of active followers", "Active followers shown an average page post", low=0, high=0.95,
                                               evidence=("ogilvy-2014-page-reach",), assumed="6.15% of fans divided by the active fraction; prior of 0.02 to 0.21")
    half_life_hours: float = quantity(2.0, "hours", "Time in which half of a post's deliveries have happened", above=0, high=336,
                                      evidence=("graffius-2022-facebook-half-life", "shortlink-2011-facebook-half-life"), assumed="between engagement (0.8 h) and clicks (3.2 h)")
    out_of_network: float = quantity(0.45, "impressions per follower impression", "Impressions outside the followers, among contacts of those who liked",
                                     low=0, high=20, evidence=("uci-facebook-2014-out-of-network",))
    like_rate: float = quantity(0.013, PER_DELIVERY, "Like of a page's post", low=0, high=0.5, evidence=("uci-facebook-2014-likes-per-reach",))
    click_rate: float = quantity(0.022, PER_DELIVERY, "Click on a page's post", low=0, high=0.5, evidence=("salesforce-2016-facebook-ctr",),
                                 assumed="an ad's click-through times impressions per delivery: organic clicks are not published")
    reshare_rate: float = quantity(0.003, PER_DELIVERY, "Reshare of a page's post by somebody who sees it from its author", low=0, high=0.2,
                                   evidence=("uci-facebook-2014-shares-per-reach",))
    ad_click_rate: float = quantity(0.022, "probability per person and creative", "Click on an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                    evidence=("salesforce-2016-facebook-ctr", "leadenforce-2025-ad-frequency"))
    ad_like_rate: float = quantity(0.0075, "probability per person and creative", "Like of an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                   assumed="a third of the clicks")
    ad_opportunities_per_day: float = quantity(30.0, "ads per active person and day", "Places in the feed where an ad could be shown", above=0, high=500,
                                               evidence=("backstrom-2013-stories-shown",), assumed="one ad among ten of the 300 stories shown a day")
    advocate_fraction: float = quantity(0.87, "fraction of employees", "Employees who would use this platform for work at all", low=0, high=1,
                                        evidence=("man-2017-facebook",))
    followers_median: float = quantity(200.0, "people", "Median number of followers or contacts", low=1, high=100_000,
                                       evidence=("pew-2014-facebook-friends-median",))
    followers_log_sd: float = quantity(1.02, "standard deviation of the logarithm", "Spread of the number of followers", low=0.1, high=2.5,
                                       evidence=("facebook-degree-log-sd",))
    composition: dict[str, float] = quantity({"coworkers": 0.10, "high_school": 0.22, "extended_family": 0.12, "college": 0.09,
                                              "immediate_family": 0.08, "groups": 0.07, "neighbours": 0.02}, "fractions of contacts",
                                             "Where contacts come from; what is missing from 1 are unlisted circles",
                                             evidence=("pew-2010-friends-coworkers", "pew-2010-friends-high-school", "pew-2010-friends-extended-family",
                                                       "pew-2010-friends-college", "pew-2010-friends-immediate-family", "pew-2010-friends-groups",
                                                       "pew-2010-friends-neighbours"))


class Twitter(Platform):
    """Twitter: one-way follows, short-lived posts, followers spread over four orders of magnitude."""

    visibility_fraction: float = quantity(0.08, "fraction of active followers", "Active followers shown an average personal post", low=0, high=0.95,
                                          evidence=("sullivan-2014-tweet-impressions", "union-metrics-actual-to-potential"),
                                          assumed="4% of followers divided by the active fraction; prior of 0.02 to 0.40")
    half_life_hours: float = quantity(0.4, "hours", "Time in which half of a post's deliveries have happened", above=0, high=336,
                                      evidence=("graffius-2022-twitter-half-life",))
    out_of_network: float = quantity(0.3, "impressions per follower impression", "Impressions outside the followers, among contacts of those who liked",
                                     low=0, high=20, assumed="less than on a Facebook page: no ranked feed in 2016")
    like_rate: float = quantity(0.006, PER_DELIVERY, "Like of a page's post", low=0, high=0.5, evidence=("salesforce-2015-twitter-engagement",),
                                assumed="a third of all engagement with promoted tweets")
    click_rate: float = quantity(0.01, PER_DELIVERY, "Click on a page's post", low=0, high=0.5, evidence=("salesforce-2015-twitter-engagement",),
                                 assumed="half of all engagement with promoted tweets")
    reshare_rate: float = quantity(0.001, PER_DELIVERY, "Reshare of a page's post by somebody who sees it from its author", low=0, high=0.2,
                                   assumed="between LinkedIn and Facebook logs")
    ad_click_rate: float = quantity(0.0175, "probability per person and creative", "Click on an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                    evidence=("salesforce-2015-twitter-engagement",), assumed="half of all engagement, times a frequency of 1.75")
    ad_like_rate: float = quantity(0.006, "probability per person and creative", "Like of an ad by somebody who was shown it repeatedly", low=0, high=0.5,
                                   assumed="a third of the clicks")
    ad_opportunities_per_day: float = quantity(15.0, "ads per active person and day", "Places in the feed where an ad could be shown", above=0, high=500,
                                               assumed="half of Facebook's")
    advocate_fraction: float = quantity(0.54, "fraction of employees", "Employees who would use this platform for work at all", low=0, high=1,
                                        evidence=("man-2017-twitter",))
    follows: Literal["mutual", "directed"] = quantity("directed", "kind of tie", "Whether a tie runs both ways", assumed="how the platform works")
    followers_median: float = quantity(61.0, "people", "Median number of followers or contacts", low=1, high=100_000,
                                       evidence=("twitter-2013-followers-median",))
    followers_log_sd: float = quantity(1.6, "standard deviation of the logarithm", "Spread of the number of followers", low=0.1, high=2.5,
                                       evidence=("twitter-degree-log-sd",))
    composition: dict[str, float] = quantity({"coworkers": 0.1, "college": 0.05, "groups": 0.15, "industry": 0.4}, "fractions of contacts",
                                             "Where contacts come from; what is missing from 1 are unlisted circles",
                                             assumed="no survey; strangers of one's trade and interests dominate")


class Platforms(Settings):
    """The platforms in play. A name set to null is left out; any further name is a platform of one's own."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[str, Platform] = Field(init=False)

    linkedin: LinkedIn | None = LinkedIn()
    facebook: Facebook | None = Facebook()
    twitter: Twitter | None = Twitter()

    @model_validator(mode="before")
    @classmethod
    def _no_misspelt_platform(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():
            guess = nearest(str(name), cls.model_fields, cutoff=0.8)
            if guess and guess != name:
                raise ValueError(f"'{name}' looks like a misspelling. Did you mean '{guess}'? A platform of one's own needs a more distinct name")
        return given

    @model_validator(mode="after")
    def _at_least_one(self) -> Platforms:
        if not dict(self.items()):
            raise ValueError("no platform is left; at least one is needed")
        return self

    def items(self) -> Iterator[tuple[str, Platform]]:
        """Names and settings of the platforms in play, sorted by name."""
        every = {name: getattr(self, name) for name in type(self).model_fields} | (self.__pydantic_extra__ or {})
        return iter(sorted((name, platform) for name, platform in every.items() if platform is not None))

    def names(self) -> list[str]:
        """Names of the platforms in play, sorted."""
        return [name for name, _ in self.items()]
