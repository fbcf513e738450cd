"""What waits to appear in feeds: deliveries of past shares, by the step in which they appear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engines.answering import Answering
from simulation.engines.delivery import Deliveries, Posts, deliver
from simulation.engines.kernels import marked
from simulation.engines.shares import Shares
from simulation.engines.state import StaffTraits
from simulation.engines.wheel import Wheel
from simulation.engines.world import PAID
from simulation.inputs.parameters import Scenario
from simulation.society.audiences import Live
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck, fold_words
from simulation.society.society import Society
from simulation.society.words import number_of

Rows = NDArray[np.int64]


class Spread(NamedTuple):
    """Posts that were made and not delivered yet: everything of one platform that starts from one kind of list."""

    platform: str
    live: Live
    outside: bool
    posts: Posts


class Feeds:
    """All feeds together: posts go in with all the deliveries they will ever make, and come out in the step in which these are due."""

    def __init__(self, scenario: Scenario, society: Society, luck: Luck, shares: Shares, traits: StaffTraits, answering: Answering) -> None:
        horizon = scenario.horizon
        self._platforms = dict(scenario.platforms.items())
        self._names = tuple(self._platforms)
        self._end_hours = float(horizon.end_hours)
        self._spill_over = float(scenario.paid.spill_over)
        self._society, self._luck, self._shares, self._traits, self._answering = society, luck, shares, traits, answering
        self._spreading: list[Spread] = []
        self._wheel = Wheel(int(np.ceil(horizon.end_hours / horizon.step_hours)) + 1, float(horizon.step_hours))
        self._room = Deliveries.room(1 << 12)

    def post(self, numbers: Rows) -> None:
        """Shares start to appear in the feeds of their authors' followers."""
        table = self._shares.table[numbers]
        for place, name in enumerate(self._names):
            here = table["platform"] == place
            if not here.any():
                continue
            for live, row, level, rows in self._sources(name, table, np.flatnonzero(here)):
                own = table[rows]
                posts = Posts(numbers[rows], own["key"].copy(), row, np.full(rows.size, level), own["appeal"].copy(), own["hours"].copy())
                self._spreading.append(Spread(name, live, False, posts))

    def look_up(self, numbers: Rows, people: Rows) -> None:
        """List the contacts of everybody who passes a share on, all at once: that is much faster than one by one."""
        platform = self._shares.table["platform"][numbers]
        for place, name in enumerate(self._names):
            here = platform == place
            if here.any():
                self._society.contact_lists(name, people[here & (people < EMPLOYEES)])

    def spread_likes(self, numbers: Rows, people: Rows, start: float) -> None:
        """Posts (their numbers) that people liked appear among the contacts of those who did."""
        table = self._shares.table[numbers]
        for place, name in sorted(enumerate(self._names), key=lambda pair: pair[1]):
            here = np.flatnonzero(table["platform"] == place)
            if not here.size:
                continue
            own, likers, levels = table[here], people[here], self._society.levels[name]
            item_keys = fold_words(fold_words(self._luck.key("outside"), own["item"]), np.full(here.size, number_of(name)))
            keys = fold_words(fold_words(item_keys, own["author"]), likers)
            level = np.where(own["by_page"], levels.page_outside, levels.person_outside) * np.where(own["channel"] == PAID, self._spill_over, 1.0)
            for live, row, chosen in self._lists(name, likers):
                posts = Posts(numbers[here[chosen]], keys[chosen], row, level[chosen], np.ones(row.size), np.full(row.size, start))
                self._spreading.append(Spread(name, live, True, posts))

    def due(self, step: int) -> NDArray[Any]:
        """Take out the deliveries that appear in a step, rows of `DELIVERY`; steps come one after the other."""
        for spread in self._spreading:
            self._deliver(spread)
        self._spreading = []
        return self._wheel.take(step)

    def _sources(self, name: str, table: NDArray[Any], here: Rows) -> Iterator[tuple[Live, Rows, float, Rows]]:
        """For each kind of author on a platform: the lists of audiences, their rows there, the intensity level, and the rows of `table`."""
        by_page, levels = table["by_page"][here], self._society.levels[name]
        if by_page.any():
            yield self._society.page_audiences(name).live, np.zeros(np.count_nonzero(by_page), dtype=np.int64), levels.page, here[by_page]
        people = here[~by_page]
        for live, row, chosen in self._lists(name, table["author"][people]):
            yield live, row, levels.person, people[chosen]

    def _lists(self, name: str, people: Rows) -> Iterator[tuple[Live, Rows, Rows]]:
        """Where the contacts of people on a platform are listed: the lists, rows there, and for which of the people; employees' audiences lie apart."""
        employees = people >= EMPLOYEES
        if employees.any():
            chosen = np.flatnonzero(employees)
            yield self._society.audiences(name).live, people[chosen] - EMPLOYEES, chosen
        if not employees.all():
            chosen = np.flatnonzero(~employees)
            lists = self._society.contact_lists(name, people[chosen])
            yield lists.live, lists.rows(people[chosen]), chosen

    def _deliver(self, spread: Spread) -> None:
        """Deliver posts to the end of the horizon, and put what comes of them where it is due."""
        platform = self._platforms[spread.platform]
        self._room, count = deliver(spread.posts, spread.live, float(platform.half_life_hours), float(platform.repeats), self._end_hours, self._room)
        self._wheel.put(self._room, marked(self._room, count, spread.outside, self._shares.table, self._traits, self._answering), count)
