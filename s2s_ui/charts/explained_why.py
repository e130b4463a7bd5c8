"""The explanations of the figures on the page Why; see explained.py."""

from s2s_ui.charts.said import ACROSS, UPWARD, Explained, Said
from s2s_ui.locales import Translate


def rows(_: Translate) -> Explained:
    """The strips of all methods."""
    weight = _("{name}: the model looked at “{token}” with a weight of {value} (14).")
    nats = _("{name} gives “{token}” {value} nats of log p: above 0 it speaks for the output, below 0 against it.")
    rest = _(
        "A row for each of {name.count} methods, a column for each of {token.count} different tokens; the strongest "
        "colour is the largest value of its row."
    )
    return Explained("reasons", (Said(weight, of={"method": "attention"}), Said(nats), Said(rest)))


def measured(_: Translate) -> Explained:
    """The areas over held-out sentences."""
    across = _("{title}: the mean height of p as tokens go, {value.low} to {value.high}; the further left, the better.")
    point = _("{name}: {value} over {pairs} sentences, between {low} and {high} with 95 % confidence.")
    rest = _("A row for each of {name.count}, the most faithful first.")
    return Explained("reasons", (Said(across, at=(ACROSS,)), Said(point), Said(rest)))


def curves(_: Translate) -> Explained:
    """p while tokens are removed."""
    across = _("{title}: from {count.low} to {count.high}, each method in its own order.")
    upward = _("{title} of the output, from {p.low} to {p.high}; the sooner it falls, the better the method knew.")
    point = _("{name}: p is {p}. Tokens taken away, its first ones: {count}.")
    return Explained(
        "reasons",
        (
            Said(across, at=(ACROSS,)),
            Said(upward, at=(UPWARD,)),
            Said(point),
            Said(_("A line for each of {name.count}.")),
        ),
    )
