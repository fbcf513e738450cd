"""Observation of people who post: what each post of a member reaches, and what all of them reach together."""

from __future__ import annotations

import numpy as np

from simulation.engines.record import Record
from simulation.engines.world import ACTIONS, PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.measures.organic_forms import top_fraction
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.facts.worlds import Conditions, Numbers, PostPeople, Values, log_sd, people_by_post, per_post, played, ratio, reactions_by_post

HOURS_A_DAY, HOURS_A_WEEK = 24.0, 168.0


def member_posts(scenario: Scenario, conditions: Conditions, luck: Luck) -> Values:
    """
    Posts of members on the one platform in play; every employee is a member who posts what the programme offers.

    Conditions: `followers_low`, `followers_high` bound the members who count; `posted_at_hour` is the hour of the day of
    every post; `viewers_read_into_a_like` is what a member takes one like to stand for.
    """
    society, record = played(scenario, luck, programme=True)
    platform = scenario.platforms.names()[0]
    rows = society.audiences(platform).rows
    counted = np.flatnonzero((rows.sizes >= conditions.get("followers_low", 1.0)) & (rows.sizes <= conditions.get("followers_high", np.inf)))
    shares = record.shares
    posts = np.flatnonzero((shares.channel == PROGRAMME) & (shares.depth == 0) & np.isin(shares.author, counted + EMPLOYEES))
    people = people_by_post(record, posts)
    if not people.post.size:
        return {}
    likes, reshares = (reactions_by_post(record, posts, ACTIONS.index(action)) for action in ("like", "reshare"))
    impressions = per_post(posts, people.post, people.impressions)
    total = float(impressions.sum())
    silent = (likes == 0) & (reshares == 0)
    return {
        "likes_per_impression": ratio(likes.sum(), total), "reshares_per_impression": ratio(reshares.sum(), total),
        "no_reshare": float(np.mean(reshares == 0)), "reshared": float(np.mean(reshares > 0)), "no_reaction": float(np.mean(silent)),
        "first_day": _first_day(record, posts, conditions.get("posted_at_hour", 0.0)),
        **_by_member(society, platform, posts, shares.author[posts] - EMPLOYEES, people, likes, conditions),
    }


def _first_day(record: Record, posts: Numbers, posted_at: float) -> float | None:
    """Part of the impressions up to the seventh calendar day that fall on the day of the post."""
    deliveries, shares = record.deliveries, record.shares
    root = shares.root[deliveries.share]
    mine = np.isin(root, posts)
    age, shown = (deliveries.hours - shares.hours[root])[mine], deliveries.showings[mine]
    return ratio(float(shown[age < HOURS_A_DAY - posted_at].sum()), float(shown[age < HOURS_A_WEEK - posted_at].sum()))


def _by_member(society: Society, platform: str, posts: Numbers, member: Numbers, people: PostPeople, likes: np.ndarray, conditions: Conditions) -> Values:
    """Medians over members of what their posts do together, and over posts of what each does among the member's followers."""
    rows = society.audiences(platform).rows
    impressions, reach = per_post(posts, people.post, people.impressions), per_post(posts, people.post)
    author = member[np.searchsorted(posts, people.post)]
    post_fractions, month, per_viewer, viewers, spreads, tops = [], [], [], [], [], []
    for number in np.unique(member).tolist():
        followers, mine = rows.row(number), author == number
        of_followers = mine & np.isin(people.person, followers)
        own = np.flatnonzero(member == number)
        per_followers = per_post(posts[own], people.post[of_followers]) / followers.size
        post_fractions.append(per_followers)
        seen = np.unique(people.person[mine]).size
        month.append(np.unique(people.person[of_followers]).size / followers.size)
        viewers.append(seen / followers.size)
        per_viewer.append(impressions[own].sum() / seen if seen else np.nan)
        spreads.append(log_sd(impressions[own]))
        tops.append(top_fraction(impressions[own], 0.1) if impressions[own].sum() > 0 else None)
    known = [spread for spread in spreads if spread is not None]
    return {
        "post_followers": float(np.median(np.concatenate(post_fractions))), "followers_together": float(np.median(month)),
        "viewers_per_follower": float(np.median(viewers)), "impressions_per_viewer": float(np.nanmedian(per_viewer)),
        "impressions_per_follower": float(np.median(impressions / rows.sizes[member])),
        "impressions_log_sd": float(np.mean(known)) if known else None,
        "top_tenth": float(np.mean([top for top in tops if top is not None])),
        "guessed_audience": ratio(conditions.get("viewers_read_into_a_like", 1.0) * likes.sum(), reach.sum()),
    }
