"""The desk: what is refused changes nothing, and every step can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulation.app.desk import USUAL, Desk
from simulation.app.sides import MOST_SIDES, Side


@pytest.mark.parametrize(("act", "says"), [
    (lambda desk: desk.write(0, "paid.budgt=5"), "Did you mean 'budget'?"),
    (lambda desk: desk.write(1, "paid.budget=lots"), "Scenario B: this page: paid.budget: given 'lots'"),
    (lambda desk: desk.write(0, "nonsense"), "allowed: key=value"),
    (lambda desk: desk.change(0, "horizon.weeks", 1000), "allowed: a whole number, 1 to 104 (weeks)"),
    (lambda desk: desk.rebase(0, "europa"), "Did you mean 'europe'?"),
    (lambda desk: desk.load(0, "mine.yaml", b"extends: nowhere"), "mine.yaml:1: extends: no scenario file 'nowhere'"),
    (lambda desk: desk.load(0, "mine.yaml", b"\xff\xfe"), "mine.yaml: not a text file"),
    (lambda desk: desk.load(0, "../../evil.yaml", b"a: ["), "evil.yaml:"),
])
def test_what_is_refused_changes_nothing(act: object, says: str) -> None:
    desk = Desk([Side("baseline").with_change("paid.budget", 5000.0), Side("europe")])
    before = desk.sides
    act(desk)  # type: ignore[operator]
    assert desk.sides == before
    assert not desk.undoable
    assert len(desk.problems) == 1
    assert says in desk.problems[0]
    assert "/tmp" not in desk.problems[0]


def test_a_complaint_goes_with_the_next_change_that_is_accepted() -> None:
    desk = Desk()
    desk.write(0, "nonsense")
    desk.change(0, "paid.budget", 5000.0)
    assert desk.problems == []


def test_undo_and_reset() -> None:
    desk = Desk()
    desk.change(0, "paid.budget", 5000.0)
    desk.rebase(1, "europe")
    desk.reset()
    assert desk.sides == USUAL
    desk.undo()
    assert desk.sides[1] == Side("europe")
    desk.undo()
    desk.undo()
    assert desk.sides == USUAL
    assert not desk.undoable


def test_a_loaded_file_is_a_side() -> None:
    desk = Desk()
    desk.load(1, "mine.yaml", b"extends: europe\ntitle: Ours\npaid: {budget: 5000.0}\n")
    assert desk.problems == []
    assert desk.sides[1].scenario().title == "Ours"
    assert desk.sides[1].scenario().society.region == "europe"


class AnybodyMoves(RuleBasedStateMachine):
    """Whatever is done, the sides can be played, there are one to three, and undoing everything leads back to the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    @rule(place=st.integers(0, 2), key=st.sampled_from(["paid.budget", "horizon.weeks", "society.employees", "paid.cpm.linkedin", "no.key"]),
          value=st.sampled_from([-1, 0, 1, 50, 0.5, 1e13, None, "x"]))
    def change(self, place: int, key: str, value: object) -> None:
        self.desk.change(place % len(self.desk.sides), key, value)

    @rule(place=st.integers(0, 2), base=st.sampled_from(["baseline", "europe", "ads_only", "nowhere"]))
    def rebase(self, place: int, base: str) -> None:
        self.desk.rebase(place % len(self.desk.sides), base)

    @rule()
    def add(self) -> None:
        self.desk.add()

    @rule(place=st.integers(0, 2))
    def remove(self, place: int) -> None:
        self.desk.remove(place % len(self.desk.sides))

    @rule()
    def undo(self) -> None:
        self.desk.undo()

    @rule()
    def reset(self) -> None:
        self.desk.reset()

    @invariant()
    def can_be_played(self) -> None:
        assert 1 <= len(self.desk.sides) <= MOST_SIDES
        for side in self.desk.sides:
            side.scenario()

    def teardown(self) -> None:
        while self.desk.undoable:
            self.desk.undo()
        assert self.desk.sides == USUAL


TestAnybodyMoves = AnybodyMoves.TestCase
TestAnybodyMoves.settings = settings(max_examples=8, stateful_step_count=10)
