"""The printed answer: a short table with intervals, then what a manager should know."""

from __future__ import annotations

from typing import Any

from simulation.inputs.parameters import Scenario
from simulation.presentation.figures import change, equal, equal_notes, sides, with_interval, written_rows
from simulation.presentation.numbers import money, people, ratio

POOL_WARNING = 0.2
"""In-market ties of employees beyond this fraction of the market mean that the pool, not behaviour, limits reach."""

DIFFERENCES = (("added_reach_programme", "people added by the programme"), ("added_reach_paid", "people added by ads"), ("cost_programme", "cost of the programme"))


def answer(scenario: Scenario, summary: dict[str, Any]) -> str:
    """What `compare` prints: the table, the reading of it, and what to keep in mind."""
    parts = [_table(scenario, summary), _equal(scenario, summary), " ".join(reading(scenario, summary)), "\n".join(beside(scenario, summary))]
    return "\n\n".join(part for part in parts if part)


def run_answer(scenario: Scenario, summary: dict[str, Any]) -> str:
    """What `run` prints: one world, as the scenario is written."""
    rows: list[tuple[str, ...]] = [("", "as written")]
    rows += [(label, with_interval(value, kind, scenario.currency)) for label, kind, _, value in written_rows(summary)]
    return f"{heading(scenario, summary)}\n\n{columns(rows)}"


def differences_answer(differences: list[dict[str, Any]]) -> str:
    """What each further scenario changes against the first, replication by replication, and what common luck was worth."""
    lines = []
    for pair in differences:
        lines.append(f"From {pair['against']} to {pair['scenario']}, on common luck:")
        for label, difference, worth in changed(pair):
            paired = f"; each pair is worth {ratio(worth)} unrelated replications" if worth is not None and worth > 1 else ""
            lines.append(f"  {label}: {difference}{paired}")
    return "\n".join(lines)


def changed(pair: dict[str, Any]) -> list[tuple[str, str, float | None]]:
    """What one scenario changes against another: label, difference with its sign, and what pairing was worth."""
    measures = pair["measures"]
    return [(label, change(measures[name]["difference"], "people", ""), measures[name]["worth_of_pairing"]) for name, label in DIFFERENCES]


def heading(scenario: Scenario, summary: dict[str, Any]) -> str:
    """What was played: firm, market, weeks and replications."""
    done = "" if summary["complete"] else " (cancelled before the end)"
    return (f"{scenario.title}: {summary['employees']:,} employees, a market of {summary['audience']:,} consumers "
            f"({summary['audience'] / summary['employees']:,.0f} per employee), {scenario.horizon.weeks} weeks, {summary['replications']} replications{done}")


def _table(scenario: Scenario, summary: dict[str, Any]) -> str:
    currency = scenario.currency
    rows: list[tuple[str, ...]] = [("", "Programme", "Ads")]
    rows += [row.told(currency) for row in sides(summary)]
    lines = varies(summary)
    note = f"Ranges hold {summary['interval']:.0%} of replications: " + "\n".join(lines) + ("\n" if len(lines) > 1 else " ") + f"Money in {currency} of {scenario.price_year}."
    reached = with_interval(summary["worlds"]["both"]["reach"], "people", currency)
    return f"{heading(scenario, summary)}\n\n{columns(rows)}\n\n{note}\nReached by either, page and unprompted sharing included: {reached}."


def _equal(scenario: Scenario, summary: dict[str, Any]) -> str:
    """The same comparison read at equal money, equal reach and equal engagement; empty where one side is missing."""
    currency, listed = scenario.currency, equal(scenario, summary)
    if not listed:
        return ""
    rows: list[tuple[str, ...]] = [("Made equal", "Programme", "Ads")]
    rows += [row.told(currency) for row in listed]
    return "\n".join([columns(rows), *equal_notes(summary)])


def varies(summary: dict[str, Any]) -> list[str]:
    """What varies between replications, and how much each part contributes, in a sentence each."""
    parameters, found = summary["parameters"], summary["interval_sources"]
    if parameters["from"] != "posterior":
        text = "luck and society vary, parameters are fixed at the scenario's values."
    else:
        text = "luck, society and parameters vary, these drawn from the calibrated posterior"
        text += f" but for {', '.join(parameters['held'])}, held at the scenario's values." if parameters["held"] else "."
        text += f" {parameters['refused_draws']} draws were refused and replaced." if parameters["refused_draws"] else ""
    lines = [text]
    for name, label in (("added_reach_programme", "people added by the programme"), ("added_reach_paid", "people added by ads")):
        if found and found[name]:
            parts = ", ".join(f"{source} {part['part']:.0%} ({part['low']:.0%} to {part['high']:.0%})" for source, part in found[name].items())
            lines.append(f"Variance of {label}: {parts}.")
    return lines


def reading(scenario: Scenario, summary: dict[str, Any]) -> list[str]:
    """Two or three sentences a manager understands, whatever the result."""
    programme, paid = summary["added_reach"]["programme"], summary["added_reach"]["paid"]
    if not scenario.programme.enabled and not scenario.paid.enabled:
        return ["This scenario has neither a programme nor ads: what the page and unprompted posts reach is all there is."]
    if not scenario.programme.enabled or not scenario.paid.enabled:
        missing = "programme" if not scenario.programme.enabled else "ads"
        return [f"This scenario has no {missing}, so there is nothing to compare; the table shows the other side alone."]
    return [sentence for sentence in (_winner(summary, programme, paid), _equal_reach(scenario, summary), _engagement(summary)) if sentence]


def run_reading(scenario: Scenario, summary: dict[str, Any]) -> list[str]:
    """The same for one world: how many are reached, how often, and what that costs."""
    world, audience = summary["worlds"]["as_written"], summary["audience"]
    reach, often, cost = (world[name] for name in ("reach", "frequency", "cost"))
    said = [f"The scenario as written reaches {people(reach['mean'])} of the market's {people(audience)} people, {reach['mean'] / audience:.0%}."]
    said += [f"Whoever is reached has {ratio(often['mean'])} impressions on average."] if often else []
    return [*said, f"It costs {money(cost['mean'], scenario.currency)}."]


def _winner(summary: dict[str, Any], programme: dict[str, float], paid: dict[str, float]) -> str:
    chance = summary["probability_programme_reaches_more"]
    sure = f"in {max(chance, 1 - chance):.0%} of replications" if 0 < chance < 1 else "in every replication"
    if programme["mean"] <= 0 and paid["mean"] <= 0:
        return "Neither the programme nor the ads add anybody."
    winner, loser = ("Ads", "the programme") if paid["mean"] >= programme["mean"] else ("The programme", "ads")
    high, low = max(paid["mean"], programme["mean"]), min(paid["mean"], programme["mean"])
    if low <= 0:
        return f"{winner} add {people(high)} people; {loser} add{'s' if loser == 'the programme' else ''} nobody."
    verb = "add" if winner == "Ads" else "adds"
    return f"{winner} {verb} {ratio(high / low)} times as many people as {loser} ({sure})."


def _equal_reach(scenario: Scenario, summary: dict[str, Any]) -> str:
    budgets, cost = summary["equivalent_budget_closed_form"], summary["worlds"]["advocacy"]["cost"]
    equivalent = budgets["reach"]
    if equivalent is None or cost is None or summary["added_reach"]["programme"]["mean"] <= 0:
        return ""
    if equivalent["median"] is None:
        return "In most replications no ad budget reaches as many people as the programme adds."
    multiple = summary["break_even_price_multiple"]
    flip = f"; ad prices would have to be {ratio(multiple['median'])} times as high before the programme won" if multiple and multiple["median"] and multiple["median"] > 1 else ""
    thrice = budgets["reach_3plus"]
    often = "" if not thrice or not thrice["attainable"] else f", counting those who see it 3 times {money(thrice['median'], scenario.currency)}" if thrice["median"] else (
        ", and counting those who see it 3 times no budget does in most replications")
    return (f"The people that the programme adds for {money(cost['mean'], scenario.currency)} would cost about "
            f"{money(equivalent['median'], scenario.currency)} in ads{often}{flip}.")


def _engagement(summary: dict[str, Any]) -> str:
    rates, costs = summary["engagements_per_thousand_impressions"], summary["cost_per_engagement"]
    if not rates["programme"] or not rates["paid"] or rates["paid"]["mean"] <= 0 or not costs["programme"]["median"] or not costs["paid"]["median"]:
        return ""
    better = rates["programme"]["mean"] / rates["paid"]["mean"]
    cheaper = costs["programme"]["median"] < costs["paid"]["median"]
    more = f"earn {ratio(better)} times the reactions of ad impressions" if better >= 1 else f"earn {ratio(1 / better)} times fewer reactions than ad impressions"
    return f"Impressions from colleagues {more}, {'and' if cheaper == (better >= 1) else 'but'} a reaction costs {'less' if cheaper else 'more'} through the programme."


def beside(scenario: Scenario, summary: dict[str, Any]) -> list[str]:
    """Potential reach and earned media value, only ever beside the real figures; and the warnings: a sentence or two each."""
    lines = []
    potential, value, real = summary["potential_reach"], summary["earned_media_value"], summary["channels"]["both"]["programme"]["reach"]
    if potential and real and real["mean"] > 0:
        lines.append(f"Potential reach (followers summed, as most tools report): {people(potential['mean'])}; people of the market really reached by the programme: "
                     f"{people(real['mean'])} ({ratio(potential['mean'] / real['mean'])} to 1), and outside the market {people(summary['reach_outside_market']['mean'])}.")
        cost = summary["worlds"]["advocacy"]["cost"]["mean"]
        lines.append(f"Earned media value of the programme at these ad prices: {money(value['mean'], scenario.currency)}, against a cost of {money(cost, scenario.currency)}.")
    overlap, bounds, naive = summary["groups"]["programme_and_paid"], summary["overlap_bounds"], summary["naive_ad_effect"]
    if overlap and bounds["random"] and overlap["mean"] > 0:
        lines.append(f"Reached by both: {people(overlap['mean'])}; if exposure to one told nothing about the other it would be {people(bounds['random']['mean'])}, "
                     f"with the same heavy users {people(bounds['common_activity']['mean'])}.")
    if naive["exposed"] and naive["unexposed"] and naive["exposed"]["mean"] > naive["unexposed"]["mean"]:
        lines.append(f"People who saw an ad answer {naive['exposed']['mean']:.2g} posts per 1,000, others {naive['unexposed']['mean']:.2g}; a dashboard would credit the ads, "
                     f"which cause {naive['caused']['mean']:.2g} of it: who is online more sees more of everything.")
    pool = summary["in_market_ties_fraction"]
    if pool and pool["mean"] > POOL_WARNING:
        lines.append(f"Warning: employees are tied to {pool['mean']:.0%} of the market, so the programme's reach is limited by the pool; a larger market would show more.")
    return lines


def columns(rows: list[tuple[str, ...]]) -> str:
    """Rows as aligned text; the first column to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip() for row in rows)
