"""The people who decide: employees and consumers as Mesa agents. Their methods are the stages of a step.

Rules come from `behaviour`, luck is handed in by the model. Subclass an agent to try another behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa
import numpy as np

from simulation.behaviour.engagement import reaction_chance
from simulation.behaviour.sharing import faded, habit_after, share_probability, unprompted_probability
from simulation.engines.share import Share
from simulation.engines.world import CHANNELS, PROGRAMME

if TYPE_CHECKING:
    from simulation.engines.campaign import Campaign


class Offer(NamedTuple):
    """An item that the programme offered to one employee on one platform, to be answered at `hours`."""

    number: int
    item: int
    platform: str
    hours: float
    luck: float


class Moment(NamedTuple):
    """A moment at which an employee might post unprompted."""

    number: int
    item: int
    platform: str
    hours: float
    luck: float
    displaced: bool
    critical: bool


class Noticed(NamedTuple):
    """A share that people noticed in this step, with the rates at which it is answered; `outside` the author's followers nobody reshares."""

    share: Share
    outside: bool
    like_rate: float
    click_rate: float
    reshare_rate: float
    source: float


def _column(name: str, says: str) -> Any:
    """An attribute of an employee that is a row of a column of the model's table."""
    def read(employee: Employee) -> float:
        return float(getattr(employee.model.state, name)[employee.place])

    def write(employee: Employee, value: float) -> None:
        getattr(employee.model.state, name)[employee.place] = value

    return property(read, write, doc=says)


class Person(mesa.Agent):
    """Somebody who sees posts and may answer them."""

    model: Campaign

    def __init__(self, model: Campaign, identity: int, affinity: float, interest: int) -> None:
        super().__init__(model)
        self.identity = identity
        self.affinity = affinity
        self.interest = interest

    @property
    def deliveries(self) -> dict[int, int]:
        """Deliveries so far, by item."""
        return self.model.deliveries_of(self.identity)

    @property
    def done(self) -> set[tuple[str, int]]:
        """What the person has done: action and item."""
        return self.model.done_by(self.identity)

    def notice(self, share: Share) -> None:
        """A post appears in the feed."""
        deliveries = self.deliveries
        deliveries[share.item] = deliveries.get(share.item, 0) + 1

    def react(self, noticed: Noticed, like: float, click: float, reshare: float) -> None:
        """Like, click or reshare what was noticed in this step; each at most once per item, by the keyed luck of the action."""
        topic = self.model.topic_factors[noticed.share.topic == self.interest]
        answer = self.model.responses[self.deliveries[noticed.share.item] >= 2]
        if like < reaction_chance(noticed.like_rate, self.affinity, topic, noticed.source, answer):
            self.act("like", noticed)
        if click < reaction_chance(noticed.click_rate, self.affinity, topic, noticed.source, answer):
            self.act("click", noticed)
        if reshare < reaction_chance(noticed.reshare_rate, self.affinity, topic, noticed.source, answer):
            self.act("reshare", noticed)

    def act(self, action: str, noticed: Noticed) -> None:
        """Do it, unless it was done before."""
        deed = (action, noticed.share.item)
        if deed not in self.done:
            self.done.add(deed)
            self.model.report(action, self.identity, noticed)


class Consumer(Person):
    """A member of the market. The counts are views on the model's tables."""

    @property
    def impressions(self) -> dict[str, int]:
        """Impressions so far, by channel; not counted for people outside the panel."""
        place = int(self.model.panel.places(np.array([self.identity]))[0])
        return dict(zip(CHANNELS, self.model.impressions[:, place].tolist() if place >= 0 else [0] * len(CHANNELS), strict=True))

    def respond_to_ad(self, action: str, item: int) -> None:
        """Like or click an ad."""
        self.done.add((action, item))


class Employee(Person):
    """Somebody on the payroll, who may share what the firm suggests, or post unprompted. What changes is a row of the model's table."""

    def __init__(self, model: Campaign, place: int) -> None:
        staff, traits = model.society.staff, model.traits
        super().__init__(model, int(staff.identities[place]), float(traits.affinity[place]), int(staff.interest[place]))
        self.place = place
        self.department = int(staff.department[place])
        self.segment = int(staff.segment[place])
        self.enrolled = bool(staff.enrolled[place])
        self.connected = bool(staff.connected[place])
        self.colleagues = traits.colleagues[traits.colleague_starts[place] : traits.colleague_starts[place + 1]]
        self.base = float(traits.base[place])
        """Logit of sharing an offered item."""
        self.manager_lift = float(traits.manager[place])
        self.privacy_loss = float(traits.private[place])
        self.character = float(traits.character[place])
        """Engagement before anything happened; what sharing adds fades."""
        self.programme_shares = 0
        """In this step."""
        self.shared_at: float | None = None
        """Hours of the latest share in this step."""

    fatigue = _column("fatigue", "Weariness of sharing, logit units, when the employee last shared.")
    engagement = _column("engagement", "Engagement gained by sharing, logit units, when the employee last shared.")
    habit = _column("habit", "Habit of sharing, 0 to 1, when the employee last shared.")
    last_share = _column("last_share", "Hours of the latest share, as the last step left it.")
    settled = _column("settled", "Hours at which the employee last shared: fatigue, engagement and habit are those of then.")

    @property
    def shares(self) -> list[Share]:
        """The employee's own posts so far, reshares left out."""
        return self.model.posts_of(self.identity)

    def decide_to_share(self, offers: Sequence[Offer], moments: Sequence[Moment]) -> None:
        """Answer the offers that are due, and post at unprompted moments; all from the state that the last step left."""
        peers = self.model.settings.behaviour.peer_influence * self.peers()
        for moment in moments:
            willing = unprompted_probability(self.manager_lift, self.privacy_loss, peers)
            if moment.luck < willing and not (moment.displaced and self.model.programme_runs_for(self)):
                self.shared_at = self.model.unprompted_share(self, moment).hours
        for offer in offers:
            if offer.luck < self.share_probability(offer, peers):
                self.programme_shares += 1
                self.shared_at = self.model.programme_share(self, offer).hours

    def act(self, action: str, noticed: Noticed) -> None:
        """As everybody does; but who is offered items shares them by answering offers, not by passing on a colleague's post."""
        if not (action == "reshare" and self.enrolled and noticed.share.channel == PROGRAMME):
            super().act(action, noticed)

    def share_probability(self, offer: Offer, peers: float) -> Any:
        """Chance of sharing an offered item: the rule of sharing with this employee's numbers."""
        behaviour = self.model.settings.behaviour
        days = (self.model.hours - self.settled) / 24.0
        match = behaviour.topic_match * (self.model.item_topic(offer.item) == self.interest)
        engagement = self.character + faded(self.engagement, days, behaviour.engagement_half_life_days)
        habit = behaviour.habit_gain * faded(self.habit, days, behaviour.habit_half_life_days)
        fatigue = faded(self.fatigue, days, behaviour.fatigue_half_life_days)
        return share_probability(self.base, self.model.settings.programme.push, match,
                                 self.manager_lift, self.privacy_loss, peers, engagement, habit, fatigue)

    def peers(self) -> float:
        """Fraction of the colleagues who shared lately."""
        if not self.colleagues.size:
            return 0.0
        return float(np.mean(self.model.state.last_share[self.colleagues] >= self.model.hours - 24.0 * self.model.settings.behaviour.peer_days))

    def settle(self) -> None:
        """After a step with shares: tire, feel more connected, form a habit. Without shares everything only fades, which needs no call."""
        behaviour = self.model.settings.behaviour
        days = (self.model.hours_after - self.settled) / 24.0
        gain = behaviour.engagement_per_share * self.programme_shares * self.connected
        self.fatigue = faded(self.fatigue, days, behaviour.fatigue_half_life_days) + behaviour.fatigue_per_share * self.programme_shares
        self.engagement = faded(self.engagement, days, behaviour.engagement_half_life_days) + gain
        self.habit = habit_after(self.habit, self.programme_shares, days, behaviour.habit_half_life_days)
        self.last_share = self.shared_at
        self.settled, self.programme_shares, self.shared_at = self.model.hours_after, 0, None
