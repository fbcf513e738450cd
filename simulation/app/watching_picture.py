"""The watched network as SVG, and its counts as a table: shapes as well as colours, readable on light and dark."""

from __future__ import annotations

from simulation.app.watching import SEEN, Seen, Watch
from simulation.presentation.style import LOOKS

WIDTH, TALL, MARGIN = 960, 600, 18
GREY, FRAME = "#8A929C", "#E69F00"
COLOURS: dict[Seen, str] = {"nobody": "none", "other": LOOKS["page"].colour, "programme": LOOKS["programme"].colour, "paid": LOOKS["paid"].colour, "both": "#AA5A92"}
WORDS: dict[Seen, str] = {"nobody": "Nothing so far", "other": "Only the page, or unprompted posts", "programme": "The programme", "paid": "Ads", "both": "Programme and ads"}


def picture(watch: Watch) -> str:
    """Consumers as circles, employees as squares; a ring around whoever is reached now; whoever shared now is framed, their ties are bright."""
    spots = [(MARGIN + across * (WIDTH - 2 * MARGIN), MARGIN + up * (TALL - 2 * MARGIN)) for across, up in watch.places.tolist()]
    consumers = watch.scenario.market.consumers
    shared = [False] * consumers + watch.shared()
    ties = [(_line(*spots[one], *spots[other]), shared[one] or shared[other]) for one, other in watch.ties.tolist()]
    marks = [f'<path d="{"".join(line for line, _ in ties)}" stroke="{GREY}" stroke-opacity="0.28" stroke-width="0.8" fill="none"/>',
             f'<path d="{"".join(line for line, busy in ties if busy)}" stroke="{FRAME}" stroke-opacity="0.8" stroke-width="1.6" fill="none"/>']
    for (across, up), seen, now in zip(spots, watch.seen(), watch.reached_now.tolist(), strict=False):
        ring = f'<circle cx="{across:.0f}" cy="{up:.0f}" r="9" fill="none" stroke="{COLOURS[seen]}" stroke-width="2"/>' if now else ""
        marks.append(f'{ring}<circle cx="{across:.0f}" cy="{up:.0f}" r="5" fill="{COLOURS[seen]}" stroke="{GREY}" stroke-width="1.2"/>')
    for (across, up), enrolled, now in zip(spots[consumers:], watch.enrolled(), watch.shared(), strict=True):
        marks.append(_employee(across, up, enrolled, now))
    return f'<svg viewBox="0 0 {WIDTH} {TALL}" width="{WIDTH}" height="{TALL}" xmlns="http://www.w3.org/2000/svg">{"".join(marks)}</svg>'


def _line(across: float, up: float, to_across: float, to_up: float) -> str:
    return f"M{across:.0f} {up:.0f}L{to_across:.0f} {to_up:.0f}"


def _employee(across: float, up: float, enrolled: bool, shared: bool) -> str:
    """A square, filled for the enrolled; larger and framed where something was shared now."""
    half = 11 if shared else 7
    fill = LOOKS["programme"].colour if enrolled else "none"
    frame = f'<rect x="{across - 16:.0f}" y="{up - 16:.0f}" width="32" height="32" fill="none" stroke="{FRAME}" stroke-width="4"/>' if shared else ""
    return (f'{frame}<rect x="{across - half:.0f}" y="{up - half:.0f}" width="{2 * half}" height="{2 * half}" fill="{fill}" stroke="{LOOKS["programme"].colour}" '
            'stroke-width="2.5"/>')


def alt_text(watch: Watch) -> str:
    """The picture in words."""
    counts = "; ".join(f"{WORDS[kind].lower()}: {number}" for kind, number in watch.counts().items())
    people = f"{len(watch.enrolled())} employees and {watch.scenario.market.consumers} people of the market with {len(watch.ties)} ties"
    return f"Network of {people}. {watch.said()} Reached by {counts}."


def counts_table(watch: Watch) -> str:
    """What has reached how many, which is also the key to the picture."""
    counts = watch.counts()
    blue, enrolled = LOOKS["programme"].colour, sum(watch.enrolled())
    rows = "".join(_row(_mark(COLOURS[kind], GREY, round_=True), WORDS[kind], counts[kind]) for kind in SEEN)
    rows += _row(_mark(blue, blue), "Employees enrolled", enrolled) + _row(_mark("none", blue), "Other employees", len(watch.enrolled()) - enrolled)
    rows += _row(_mark("none", FRAME), "Employees who shared now", sum(watch.shared()))
    return f'<table class="figures"><thead><tr><th scope="col">What has reached them</th><th scope="col">People</th></tr></thead><tbody>{rows}</tbody></table>'


def _row(mark: str, words: str, number: int) -> str:
    return f'<tr><th scope="row">{mark}{words}</th><td>{number}</td></tr>'


def _mark(fill: str, edge: str, round_: bool = False) -> str:
    """A mark as in the picture, drawn by styles, since the page lets no picture into its tables."""
    shape = "mark round" if round_ else "mark"
    return f'<span class="{shape}" style="background:{"transparent" if fill == "none" else fill};border-color:{edge}"></span>'
