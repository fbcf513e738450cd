"""Processes that stay: what they forget, and how they end."""

from __future__ import annotations

import weakref

from simulation.studies.pool import end_now, standing_pool


class Knot:
    """Something that only a collector of cycles can free."""

    def __init__(self) -> None:
        self.itself = self


_last: list[weakref.ref[Knot]] = []


def tie() -> None:
    _last[:] = [weakref.ref(Knot())]


def forgotten() -> bool:
    return _last[0]() is None


def test_a_standing_process_forgets_what_a_piece_of_work_left() -> None:
    pool = standing_pool(1)
    try:
        pool.submit(tie).result()
        assert pool.submit(forgotten).result()
    finally:
        end_now(pool)
