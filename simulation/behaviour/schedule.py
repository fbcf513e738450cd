"""What happens in a step, in order. Stages are simultaneous: each reads what earlier stages wrote, never its own writings."""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """One stage: the method that engines call, and what it does."""

    name: str
    does: str


STAGES = (
    Stage("release", "the programme offers items to the enrolled; the pages post"),
    Stage("decide_to_share", "employees share unprompted; the enrolled decide on the items offered to them"),
    Stage("deliver", "shares made now or earlier appear in feeds"),
    Stage("advertise", "paid impressions are won and shown"),
    Stage("react", "people like, click and reshare what they noticed; a reshare is delivered from the next step on"),
    Stage("settle", "employees tire and rest, feel more connected, form habits"),
)
