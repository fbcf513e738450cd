"""What `advocacy calibrate` prints: simulated against observed, prior against posterior, what is identified, what contradicts what."""

from __future__ import annotations

from typing import Any

from simulation.presentation.answer import columns

WORDING = {"liked": "liked a post by an employee", "posted": "posted about work", "sharers": "share on LinkedIn in a typical firm", "connected": "felt more connected afterwards",
           "shared": "shared a post by an employee", "often": "post often or from time to time", "unprompted": "posted without encouragement"}


def calibration_answer(contents: dict[str, Any]) -> str:
    """The whole report of a posterior file, as text."""
    parts = (_questions(contents["questions"]), _parameters(contents["parameters"]), _identified(contents["identified"]), _per_view(contents["per_view"]),
             _contradictions(contents), _sampler(contents["sampler"]))
    return "\n\n".join(part for part in parts if part)


def recovery_answer(contents: dict[str, Any]) -> str:
    """Coverage of planted parameters, as text."""
    rows: list[tuple[str, ...]] = [("Planted combination", "inside its 90% interval", "p-value", "ranks in fifths", "p-value")]
    rows += [(name.replace("_", " "), f"{each['inside']} of {each['plants']}", f"{each['p_value']:.2g}", " ".join(map(str, each["rank_counts"])), f"{each['even_p_value']:.2g}")
             for name, each in contents["combinations"].items()]
    return columns(rows) + "\n\nA right posterior would show a p-value of 0.05 or less in one of twenty recoveries."


def _questions(questions: list[dict[str, Any]]) -> str:
    rows: list[tuple[str, ...]] = [("Survey answers", "published", "twin: 5%", "50%", "95%", "")]
    for each in questions:
        outside = not 0.05 <= each["below_observed"] <= 0.95
        verdict = "fitted" if each["fitted"] else "not fitted" + (", published lies outside" if outside else "")
        rows.append((WORDING[each["name"]], f"{each['observed']:.1%}", *(f"{value:.1%}" for value in each["answer_range"]), verdict))
    return columns(rows)


def _parameters(parameters: list[dict[str, Any]]) -> str:
    rows: list[tuple[str, ...]] = [("Parameter", "prior: 5%", "50%", "95%", "posterior: 5%", "50%", "95%", "learned")]
    rows += [(each["key"], *(f"{value:.3g}" for value in each["prior_range"]), *(f"{value:.3g}" for value in each["posterior_range"]),
              f"{max(each['learned'], 0.0):.0%}" if each["fitted"] else "prior") for each in parameters]
    return columns(rows) + "\n\n'learned' is the part of the prior's variance that the surveys took away; 'prior' marks what no fitted answer depends on."


def _identified(identified: dict[str, Any]) -> str:
    return (f"Window and rate: correlation {identified['window_rate_correlation']:.2f} of their logs; spread (sd of the log) of the window {identified['window_log_sd']:.2f}, "
            f"of the rate {identified['rate_log_sd']:.2f}, of window x rate {identified['product_log_sd']:.2f}.")


def _per_view(found: dict[str, list[float]]) -> str:
    views, liked, rate = found["views"], found["liked"], found["likes_per_view"]
    return (f"People of the twin are shown {views[1]:,.0f} posts by employees in the window ({views[0]:,.0f} to {views[2]:,.0f}, mean over people) and {liked[1]:.0%} like "
            f"at least one ({liked[0]:.0%} to {liked[2]:.0%}); yet one impression on LinkedIn earns {rate[1]:.2%} likes ({rate[0]:.2%} to {rate[2]:.2%}). "
            "A fraction of people is no rate per view.")


def _contradictions(contents: dict[str, Any]) -> str:
    ratios = contents["shares_per_like"]
    logs = sorted(ratios["logs"].values())
    lines = []
    if ratios["surveys"] is not None:
        low, middle, high = ratios["twin"]
        lines.append(f"Surveys against logs: taken at its word the survey has {ratios['surveys']:.2f} shares per like; logs have {logs[0]:.2g} to {logs[-1]:.2g}; "
                     f"people of the twin, who act as the logs say, {middle:.2g} ({low:.2g} to {high:.2g}).")
        if ratios["surveys"] > logs[-1]:
            lines.append("They contradict each other: the survey's sharing is no rate of anything that logs count, and no forecast uses it.")
    return "\n".join(lines)


def _sampler(sampler: dict[str, Any]) -> str:
    return (f"{sampler['draws']:,} draws ({sampler['distinct_draws']:,} distinct, worth about {sampler['effective_size']:,.0f} independent ones) from a bank of "
            f"{sampler['bank']:,}, of which {sampler['bank_effective_size']:.0f} would have counted alone; {len(sampler['widths'])} widths of the kernel, "
            f"{sampler['accepted'][-1]:.0%} of the last moves accepted; "
            f"{sampler['populations']} populations differ by at most {sampler['populations_apart']:.2f} standard deviations.")
