"""The four worlds of a comparison, and the channels that an impression can come from."""

from __future__ import annotations

from typing import NamedTuple

CHANNELS = ("page", "natural", "programme", "paid")
"""Root causes of impressions, in the order of all tables. A reshare belongs to the channel of its root."""

PAGE, NATURAL, PROGRAMME, PAID = range(4)

ACTIONS = ("like", "click", "reshare")


class World(NamedTuple):
    """Which of the two campaigns runs; page and unprompted sharing go on in every world."""

    programme: bool
    paid: bool


WORLDS = {"neither": World(False, False), "advocacy": World(True, False), "paid": World(False, True), "both": World(True, True)}
