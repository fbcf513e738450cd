"""Puts the deck together: which slides there are, what they say, and what the speaker says to them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from simulation.presentation.answer import beside, changed, reading, run_reading, varies
from simulation.presentation.assumptions import headline
from simulation.presentation.branding import needed
from simulation.presentation.charts import Chart, reach_over_time
from simulation.presentation.figures import with_interval
from simulation.presentation.showing import Showing, SideBySide
from simulation.presentation.style import theme


class Slide(NamedTuple):
    """One slide before it is made."""

    title: str
    fill: Callable[[Any], None]
    says: list[str]
    """What the speaker says, in paragraphs; sources are added."""


def slides(results: Showing | SideBySide, template: Path | None = None) -> bytes:
    """
    The deck as a PowerPoint file, in the theme of the moment.

    Raises
    ------
    InputError
        The extra `report` is not installed, or the template cannot be used.
    """
    try:
        from simulation.presentation.deck.canvas import Canvas
        from simulation.presentation.deck.template import opened
    except ImportError:
        raise needed("python-pptx") from None
    own = theme()
    presentation, layout = opened(template, own)
    story = list(_several(results) if isinstance(results, SideBySide) else _one(results))
    first = results.results[0] if isinstance(results, SideBySide) else results
    sources = _sources(first)
    for number, each in enumerate(story, 1):
        canvas = Canvas(presentation, layout, own, each.title, template is not None)
        each.fill(canvas)
        canvas.foot(_source(results), number)
        canvas.notes("\n\n".join([*each.says, sources]))
    about = presentation.core_properties
    about.title, about.author, about.comments = story[0].title, own.name or "Advocacy Reach", f"Made by: {first.command}"
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def _one(each: Showing) -> Iterator[Slide]:
    """The deck of one scenario."""
    from simulation.presentation.deck import slide_charts as drawn
    from simulation.presentation.deck import slide_texts as told

    scenario, summary = each.scenario, each.summary()
    sentences = (reading if each.compared else run_reading)(scenario, summary)
    notes = beside(scenario, summary) if each.compared else []
    overlap = next((line for line in notes if line.startswith("Reached by both")), "")
    charts, audience = {chart.name: chart for chart in each.charts()}, int(summary["audience"])
    yield Slide(_headline(sentences[0]), lambda canvas: told.the_answer(canvas, each, sentences[1:]), [*sentences, *notes])
    fills: dict[str, Callable[[Any, Chart], None]] = {
        "reach_over_time": lambda canvas, chart: drawn.reach_over_time(canvas, chart, audience),
        "reach_by_group": lambda canvas, chart: drawn.who_is_reached(canvas, chart, audience, overlap),
        "frequency_distribution": drawn.how_often,
        "cost_per_person": lambda canvas, chart: drawn.what_it_costs(canvas, chart, scenario.currency, scenario.price_year),
        "verdict": lambda canvas, chart: drawn.where_it_flips(canvas, chart, scenario.programme.enrolment_fraction)}
    for name, fill in fills.items():
        if name in charts:
            yield _chart_slide(charts[name], fill)
    yield Slide(told.sureness_title(each), lambda canvas: told.how_sure(canvas, each), varies(summary))
    yield Slide(told.basis_title(each), lambda canvas: told.what_it_rests_on(canvas, each), ["Ask of each figure: is it ours, or somebody's survey?"])


def _several(results: SideBySide) -> Iterator[Slide]:
    """The deck of several scenarios: the answers, the differences, the course of the first two, and what all rests on."""
    from simulation.presentation.deck import slide_charts as drawn
    from simulation.presentation.deck import slide_texts as told

    shown, first = results.results, results.results[0]
    answers = [reading(each.scenario, each.summary()) for each in shown]
    titles = {each.scenario.name: each.scenario.title for each in shown}
    differences = results.differences()
    pairs = [(f"From {titles[pair['against']]} to {titles[pair['scenario']]}", [(label, difference) for label, difference, _ in changed(pair)]) for pair in differences]
    spoken = [f"{names}: {'; '.join(f'{label} {value}' for label, value in lines)}" for names, lines in pairs]
    yield Slide(_headline(f"{first.scenario.title}: {answers[0][0][0].lower()}{answers[0][0][1:]}"), lambda canvas: told.the_answer(
        canvas, first, [f"{each.scenario.title}: {answer[0][0].lower()}{answer[0][1:]}" for each, answer in zip(shown[1:], answers[1:], strict=True)]),
        [f"{each.scenario.title}. {' '.join(answer)}" for each, answer in zip(shown, answers, strict=True)])
    yield Slide(_most_added(shown), lambda canvas: told.side_by_side(canvas, shown), spoken)
    yield Slide(told.price_title(shown), lambda canvas: told.figures_side_by_side(canvas, shown), spoken)
    yield Slide(told.difference_title(differences[0], titles), lambda canvas: told.what_differs(canvas, shown, pairs), spoken)
    for each in shown[:2]:
        chart = reach_over_time(each.scenario, each.summary(), each.to_dataframe())
        audience = int(each.summary()["audience"])
        yield _chart_slide(chart, lambda canvas, chart, audience=audience: drawn.reach_over_time(canvas, chart, audience), f"{each.scenario.title}: ")  # type: ignore[misc]
    yield Slide(told.sureness_title(first), lambda canvas: told.how_sure(canvas, first), varies(first.summary()))
    yield Slide(told.basis_title(first), lambda canvas: told.what_it_rests_on(canvas, first), ["Ask of each figure: is it ours, or somebody's survey?"])


def _most_added(shown: list[Showing]) -> str:
    """Where the programme adds most."""
    best = max(shown, key=lambda each: float(each.summary()["added_reach"]["programme"]["mean"]))
    value = best.summary()["added_reach"]["programme"]
    return f"The programme adds most people in {best.scenario.title}: {with_interval(value, 'people', '')}"


def _chart_slide(chart: Chart, fill: Callable[[Any, Chart], None], before: str = "") -> Slide:
    title = next(" ".join(text.get_text().split()) for text in chart.figure.texts if text.get_gid() == "title")
    title = f"{before}{title[0].lower()}{title[1:]}" if before else title
    return Slide(title, lambda canvas: fill(canvas, chart), [chart.alt_text])


def _headline(sentence: str) -> str:
    return sentence.rstrip(".")


def _source(results: Showing | SideBySide) -> str:
    first = results.results[0] if isinstance(results, SideBySide) else results
    names = ", ".join(each.scenario.name for each in results.results) if isinstance(results, SideBySide) else first.scenario.name
    count = first.summary()["replications"]
    return f"Advocacy Reach, scenario {names}, {count} {'replication' if count == 1 else 'replications'}; sources in the notes"


def _sources(each: Showing) -> str:
    """Where the figures come from, for the notes."""
    figures = list(dict.fromkeys(f"{figure.source} ({figure.confidence})" for row in headline(each.scenario) for figure in row.figures))
    made = each.provenance()
    return (f"Sources: {'; '.join(figures)}. A: read in the primary source, B: in a secondary one, C: from memory, D: arithmetic.\n"
            f"Reproduce: {each.command or 'see the report'} (seed {made['seed']}, Advocacy Reach {made['versions']['advocacy-reach']}).")
