"""The model as agents: people decide and react one by one. Watchable, hackable, and the reference."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from simulation.behaviour.engagement import reshare_rate, response, topic_factor
from simulation.engines.agents import Employee, Moment, Noticed, Offer, Person
from simulation.engines.campaign import Campaign, Numbers, Reactions
from simulation.engines.share import Share
from simulation.engines.wheel import OUTSIDE
from simulation.engines.world import ACTIONS, NATURAL, PROGRAMME
from simulation.society.follows import EMPLOYEES
from simulation.society.hashing import to_unit
from simulation.society.luck import fold_words


class AdvocacyModel(Campaign):
    """`Campaign` whose people are Mesa agents; subclass `Employee` or `Consumer` to try another behaviour."""

    engine = "agents"

    def decide_to_share(self) -> None:
        """Employees with something due decide; nobody sees what others decide now."""
        offers, moments = self._occasions()
        for place in sorted(offers.keys() | moments.keys()):
            self.employees[place].decide_to_share(offers[place], moments[place])
        self._spread_shares()

    def settle(self) -> None:
        """Employees who shared tire, feel more connected, form habits; for the others things only fade."""
        for place in np.unique(self._due.place).tolist():
            if self.employees[place].shared_at is not None:
                self.employees[place].settle()

    def programme_share(self, employee: Employee, offer: Offer) -> Share:
        """Publish an offered item."""
        return self._publish(employee, offer, PROGRAMME, False)

    def unprompted_share(self, employee: Employee, moment: Moment) -> Share:
        """Publish what an employee posts unprompted."""
        return self._publish(employee, moment, NATURAL, moment.critical)

    def programme_runs_for(self, employee: Employee) -> bool:
        """Whether the programme reaches an employee, so that it may displace what they would have posted."""
        return self.world.programme and employee.enrolled

    def report(self, action: str, identity: int, noticed: Noticed) -> None:
        """A person did something for the first time."""
        self._done.append((ACTIONS.index(action), noticed.share.index, identity, noticed.outside))

    def deliveries_of(self, identity: int) -> dict[int, int]:
        """Deliveries to a person so far, by item; agents count here."""
        return self._counts[identity]

    def done_by(self, identity: int) -> set[tuple[str, int]]:
        """What a person has done so far: action and item; agents note it here."""
        return self._deeds[identity]

    def _begin(self) -> None:
        """Hire the employees; nobody has noticed or done anything."""
        behaviour = self.settings.behaviour
        self.topic_factors = tuple(float(topic_factor(own, behaviour.topics, behaviour.topic_lift)) for own in (False, True))
        """Reaction to another's topic, and to one's own."""
        self.responses = tuple(float(response(count, behaviour.first_delivery_response)) for count in (1, 2))
        """Reaction after one delivery, and after more."""
        self._counts: dict[int, dict[int, int]] = defaultdict(dict)
        self._deeds: dict[int, set[tuple[str, int]]] = defaultdict(set)
        self._noticed: list[tuple[Person, Noticed]] = []
        self._done: list[tuple[int, int, int, bool]] = []
        self._made: list[int] = []
        self.employees = [self._employee_class(self, place) for place in range(self.society.staff.department.size)]

    def _occasions(self) -> tuple[dict[int, list[Offer]], dict[int, list[Moment]]]:
        """Offers and moments of this step by employee."""
        offers: dict[int, list[Offer]] = defaultdict(list)
        moments: dict[int, list[Moment]] = defaultdict(list)
        names = tuple(self.platforms)
        for place, offered, number, item, platform, hours, luck, displaced, critical in zip(*(column.tolist() for column in self._due), strict=True):
            if offered:
                offers[place].append(Offer(number, item, names[platform], hours, luck))
            else:
                moments[place].append(Moment(number, item, names[platform], hours, luck, displaced, critical))
        return offers, moments

    def _publish(self, employee: Employee, occasion: Offer | Moment, channel: int, critical: bool) -> Share:
        platform = self._number(occasion.platform)
        number = int(self.shares.add(employee.identity, occasion.item, platform, occasion.hours, channel, critical=critical)[0])
        self._made.append(number)
        self._posted.add((employee.identity, occasion.item, platform))
        return self.shares[number]

    def _spread_shares(self) -> None:
        """What employees shared in this step enters the feeds."""
        self._feeds.post(np.array(self._made, dtype=np.int64))
        self._made = []

    def _notice(self) -> None:
        """Agents notice what appears in their feeds."""
        rows = self._noticed_now
        rows = rows[(rows["person"] < self.settings.market.consumers) | (rows["person"] >= EMPLOYEES)]
        rows = rows[np.argsort(rows["hours"], kind="stable")]
        person, outside = rows["person"], rows["marks"] & OUTSIDE > 0
        self._meet(np.unique(person[person < EMPLOYEES]))
        seen: dict[tuple[int, bool], Noticed] = {}
        for index, identity, beyond in zip(rows["post"].tolist(), person.tolist(), outside.tolist(), strict=True):
            somebody: Person = self._consumers[identity] if identity < EMPLOYEES else self.employees[identity - EMPLOYEES]
            noticed = seen.get((index, beyond)) or seen.setdefault((index, beyond), self._as_noticed(self.shares[index], beyond))
            somebody.notice(noticed.share)
            self._noticed.append((somebody, noticed))

    def _reactions(self) -> Reactions:
        """Agents answer each post that they noticed, with one keyed uniform per action."""
        identities = np.array([person.identity for person, _ in self._noticed], dtype=np.int64)
        items = np.array([noticed.share.item for _, noticed in self._noticed], dtype=np.uint64)
        draws = [to_unit(fold_words(fold_words(self.luck.key(action), items), identities)).tolist() for action in ACTIONS]
        for (person, noticed), like, click, reshare in zip(self._noticed, *draws, strict=True):
            person.react(noticed, like, click, reshare)
        done, self._done, self._noticed = self._done, [], []
        action, share, who, outside = (np.array(column, dtype=np.int64) for column in (zip(*done, strict=True) if done else ((),) * 4))
        return Reactions(action, share, who, outside.astype(np.bool_))

    def _as_noticed(self, share: Share, outside: bool) -> Noticed:
        behaviour, platform = self.settings.behaviour, self.platforms[share.platform]
        passing_on = 0.0 if outside else float(reshare_rate(platform.reshare_rate, behaviour.hop_damping, share.depth))
        return Noticed(share, outside, platform.like_rate, platform.click_rate, passing_on, 1.0 if share.by_page else behaviour.source_multiplier)

    def _answered_ad(self, action: str, item: int, people: Numbers) -> None:
        """Consumers whom an ad moves are met and told."""
        self._meet(people)
        for identity in people.tolist():
            self._consumers[identity].respond_to_ad(action, item)
