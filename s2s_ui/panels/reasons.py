"""The page Why in words: an attribution's numbers, and the measurements over held-out sentences."""

import pandas as pd

from s2s_core import Trace
from s2s_core.analysis.why import Reason
from s2s_core.attribution import METHODS, Attribution
from s2s_core.experiments import Figure
from s2s_ui.charts import tokens, why
from s2s_ui.session.i18n import _
from s2s_ui.session.messages import literal
from s2s_ui.stage.printed import printed

EXPERIMENT = "faithfulness"
MEASURED = "drop"  # the removal whose results are shown


def sentences(attribution: Attribution, reason: Reason, trace: Trace) -> str:
    """The answer to the question why, as Markdown, from the numbers."""
    source = tokens.source(trace, _)
    rival = attribution.rather
    given = {
        "token": literal(printed(attribution.token, _)),
        "rather": "" if rival is None else literal(printed(rival, _)),
        "source": literal(source[reason.position]),
        "place": reason.position + 1,
        "p": probability(reason.p),
        "without": probability(reason.without),
    }
    if rival is None:
        carried = _(
            "**The answer's “{token}” comes from “{source}”** (token {place}): without it p falls from {p} to "
            "{without}."
        )
        shared = _(
            "**No single token of the text carries “{token}”**: without “{source}” (token {place}), which costs most, "
            "p goes from {p} to {without}."
        )
        nothing = _(
            "**p of “{token}” does not fall, whichever token of the text is taken out**: without “{source}” (token "
            "{place}) it goes from {p} to {without}."
        )
    else:
        carried = _(
            "**“{token}” rather than “{rather}” because of “{source}”** (token {place}): without it the share of "
            "“{token}” among the two falls from {p} to {without}."
        )
        shared = _(
            "**No single token of the text decides between “{token}” and “{rather}”**: without “{source}” (token "
            "{place}), which costs most, the share of “{token}” among the two goes from {p} to {without}."
        )
        nothing = _(
            "**“{token}” rather than “{rather}”, whichever token of the text is taken out**: without “{source}” (token "
            "{place}) the share of “{token}” among the two goes from {p} to {without}."
        )
    said = [(carried if reason.carries else shared if reason.costs else nothing).format(**given)]
    if reason.weight is not None and reason.looked is not None:
        given |= {"weight": f"{reason.weight:.2f}", "looked": literal(source[reason.looked])}
        there = _("The model looked there with α = {weight}.")
        elsewhere = _("The model looked more at “{looked}”; here α = {weight}.")
        said.append((there if reason.looked == reason.position else elsewhere).format(**given))
    if reason.fed is not None and reason.unknown_fed is not None:
        before = _("What it had written counts more: with “{fed}” (output {output}) unknown to it, p is {unknown}.")
        share = _(
            "What it had written counts more: with “{fed}” (output {output}) unknown to it, the share of “{token}” is "
            "{unknown}."
        )
        fed = literal(printed(attribution.fed_tokens[reason.fed], _))
        given |= {"fed": fed, "output": reason.fed, "unknown": probability(reason.unknown_fed)}
        said.append((before if rival is None else share).format(**given))
    return " ".join(said)


def probability(p: float) -> str:
    """A probability with two decimals; with four if two would show 0 or 1."""
    return f"{p:.2f}" if 0.005 <= p < 0.995 else f"{p:.4f}"


def held_out(figures: tuple[Figure, ...], model: str) -> pd.DataFrame:
    """The measurements over held-out sentences: one row per method and measure, with its 95 % interval."""
    columns = {
        f"deletion, {MEASURED}": "deletion",
        f"insertion, {MEASURED}": "insertion",
        f"better, {MEASURED}": "better than chance, %",
        f"best, {MEASURED}": "best, %",
        "agrees": "τ with α",
        "in the field": "in the right field, %",
        "on the digit": "on the very digit, %",
    }
    rows = []
    for entry in figures:
        measure, _colon, method = entry.measure.rpartition(": ")
        if entry.model == model and measure in columns:
            numbers = {"value": entry.value, "low": entry.low, "high": entry.high, "pairs": entry.pairs}
            rows.append({"measure": columns[measure], "name": why.method_name(method, _), "method": method, **numbers})
    return pd.DataFrame(rows, columns=["measure", "name", "method", "value", "low", "high", "pairs"])


def summary(figures: tuple[Figure, ...], model: str) -> str:
    """The answer to whether α explains this model's output, in sentences."""
    found = {entry.measure: entry for entry in figures if entry.model == model}
    best: dict[str, float] = {}
    for name in METHODS:
        if (cell := found.get(f"best, {MEASURED}: {name}")) is not None:
            best[name] = cell.value
    said = []
    alpha = found.get(f"better, {MEASURED}: attention")
    if alpha is not None:
        words = _("Over {pairs} held-out sentences, α finds what matters better than chance in {share} % of them.")
        said.append(words.format(pairs=alpha.pairs, share=f"{alpha.value:.0f}"))
    if best:
        method = max(best, key=best.__getitem__)
        words = _("Most often the best of all: {method}, in {share} %.")
        said.append(words.format(method=why.method_name(method, _), share=f"{best[method]:.0f}"))
    if "changes" in found:
        words = _("With the weights of the step shuffled, {share} % of the outputs become another token.")
        said.append(words.format(share=f"{found['changes'].value:.0f}"))
    return " ".join(said)
