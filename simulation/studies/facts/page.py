"""Observation of a brand's page: what each of its posts reaches, among fans and beyond."""

from __future__ import annotations

import numpy as np

from simulation.engines.world import ACTIONS, PAGE
from simulation.inputs.parameters import Scenario
from simulation.measures.organic_forms import fit_reach_curve, top_fraction
from simulation.society.luck import Luck
from simulation.studies.facts.worlds import Conditions, Values, log_sd, people_by_post, per_post, played, ratio, reactions_by_post

FEWEST = 3
"""Posts that must reach fans before anything is said."""


def page_posts(scenario: Scenario, _: Conditions, luck: Luck) -> Values:
    """Reach, impressions and reactions of the posts of a page on the one platform in play; medians are over posts."""
    society, record = played(scenario, luck, programme=False)
    platform = scenario.platforms.names()[0]
    fans = society.page_audience(platform).followers
    posts = np.flatnonzero((record.shares.channel == PAGE) & (record.shares.depth == 0))
    people = people_by_post(record, posts)
    fan = np.isin(people.person, fans)
    reach, fan_reach = per_post(posts, people.post), per_post(posts, people.post[fan])
    impressions, fan_impressions = (per_post(posts, people.post[rows], people.impressions[rows]) for rows in (slice(None), fan))
    likes, reshares = (reactions_by_post(record, posts, ACTIONS.index(action)) for action in ("like", "reshare"))
    seen = fan_reach > 0
    if np.count_nonzero(seen) < FEWEST:
        return {}
    curve = fit_reach_curve(fan_impressions / fans.size, fan_reach / fans.size)
    return {
        "curve_repeats": curve.repeats, "curve_shape": curve.shape, "curve_error": curve.error,
        "reach_log_sd": log_sd(reach), "top_tenth": top_fraction(reach, 0.1),
        "fan_reach": float(np.median(fan_reach / fans.size)), "mean_fan_reach": float(np.mean(fan_reach / fans.size)),
        "nonfan_fraction": float(np.median(1.0 - fan_reach[seen] / reach[seen])),
        "frequency": float(np.median(impressions[seen] / reach[seen])),
        "likes_per_reach": ratio(likes.sum(), reach.sum()),
        "reshares_per_reach": float(np.median(reshares[seen] / reach[seen])),
        "reshares_per_like": ratio(reshares.sum(), likes.sum()),
    }
