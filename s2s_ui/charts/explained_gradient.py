"""The explanations of the figures on the screen Gradient."""

from collections.abc import Callable

from s2s_ui.charts.said import ACROSS, UPWARD, Explained, Said
from s2s_ui.locales import Translate


def _way(_: Translate) -> Explained:
    return Explained(
        "gradient",
        (
            Said(_("Along this line |∂L| = {|∂L|} goes back, to “{token}”; the widest has {|∂L|.high}.")),
            Said(_("The state at “{token}”: a little more of it changes the loss by up to |∂L/∂h| = {|∂L/∂h|}.")),
            Said(
                _("The input “{token}”: |∂L/∂x| = {|∂L/∂x|}, over both directions; the longest bar is {|∂L/∂x|.high}.")
            ),
            Said(_("The output “{token}” costs −log p = {−log p} (17); a click follows this loss back.")),
            Said(
                _("{|∂L|.count} lines, from {|∂L|.low} to {|∂L|.high}: wide is where much of the gradient goes back.")
            ),
        ),
    )


def _came(_: Translate) -> Explained:
    return Explained(
        "gradient",
        (
            Said(_("{title}: how long the gradient is at each step; parts below 0 work against it."), at=(UPWARD,)),
            Said(_("The {position.count} steps of this cell; the last stands at the right."), at=(ACROSS,)),
            Said(_("At “{token}”: {share} of |∂L| = {|∂L|} came {name}.")),
            Said(_("A colour for each path, of {position.count} steps; the highest part is {share.high}.")),
        ),
    )


def _jacobian(_: Translate) -> Explained:
    return Explained(
        "gradient",
        (
            Said(_("{name}: {value} of what comes back to this unit goes on to its state one step before.")),
            Said(_("The terms of the derivative of (4), from {value.low} to {value.high}; the last is their sum.")),
        ),
    )


def _decay(_: Translate) -> Explained:
    return Explained(
        "gradient",
        (
            Said(_("{title}: from {at.low} to {at.high}."), at=(ACROSS,)),
            Said(_("{title}: from {value.low} to {value.high}."), at=(UPWARD,)),
            Said(_("{model}: {value} after {at} steps back, between {low} and {high}; {pairs} pairs.")),
            Said(_("{model.count} lines; a line that falls steeply is a gradient that vanishes.")),
        ),
    )


FIGURES: dict[str, Callable[[Translate], Explained]] = {
    "way": _way,
    "paths": _came,
    "jacobian": _jacobian,
    "decay": _decay,
}
