"""How far gradients flow: the lines of the experiment on the page Gradient, and its text about a cell."""

from collections.abc import Sequence

import streamlit as st

from s2s_core.experiments import UPDATES, Figure
from s2s_ui.charts import experiments
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.stage.printed import printed

WHEN = ("start", "early", "trained")
"""The state of the networks: with random weights, after the first updates, or as shipped."""

STATE_OF_LSTM = r"\dfrac{\partial c_t}{\partial c_{t-1}}"
STATE = r"\dfrac{\partial h_t}{\partial h_{t-1}}"
KEPT = r"= \mathrm{diag}(f_t)"
PEEPHOLES = (
    r"+\, \mathrm{diag}(c_{t-1} \odot f_t \odot (1-f_t))\, W_{cf}",
    r"+\, \mathrm{diag}(\tilde{c}_t \odot i_t \odot (1-i_t))\, W_{ci}",
)
OF_GRU = (
    r"= \mathrm{diag}(z_t)",
    r"+\, \mathrm{diag}((h_{t-1}-n_t) \odot z_t \odot (1-z_t))\, W_{hz}",
    r"+\, \mathrm{diag}((1-z_t) \odot (1-n_t^2))",
    r"\left(\mathrm{diag}(r_t)\, W_{hn} + \mathrm{diag}(\dots)\, W_{hr}\right)",
)
OF_PLAIN = r"= \mathrm{diag}(1 - h_t^2)\, W_h"


def equation(model: str, kind: str) -> str:
    """∂state_t/∂state_{t-1} of a kind of cell, as Markdown; each term is a formula, so lines can break between them."""
    terms = {
        "lstm": (STATE_OF_LSTM, KEPT, *(PEEPHOLES if caches.has_peepholes(model) else ())),
        "gru": (STATE, *OF_GRU),
        "rnn": (STATE, OF_PLAIN),
    }[kind]
    return " ".join(f"${{{term}}}$" for term in terms)  # braces prevent line breaks inside


def explained(kind: str, unit: int, token: str) -> str:
    """The meaning of one unit's numbers at one step, in words."""
    said = {
        "lstm": _(
            "Unit {unit} at “{token}”: of what comes back to its cell state, so much goes on to the step before, by "
            "(4) times f, and by the peepholes of (1) and (2). A sum near 1 keeps the gradient."
        ),
        "gru": _(
            "Unit {unit} at “{token}”: of what comes back to its state, so much goes on to the step before, along "
            "the state times z, and through its gates. A sum near 1 keeps the gradient."
        ),
        "rnn": _(
            "Unit {unit} at “{token}”: a plain cell has no way past its weights; what comes back is multiplied by "
            "(1 − h²) W at every step, and so vanishes or explodes."
        ),
    }
    return said[kind].format(unit=unit, token=printed(token))


def controls() -> tuple[str, bool]:
    """The controls of the networks' state (one of WHEN), and of whether new networks have attention."""
    chosen = state.option("when")
    when, attending = chosen if chosen in WHEN else WHEN[-1], state.option("attending") != "off"
    early = _("after {count} updates").format(count=UPDATES)
    names = dict(zip(WHEN, (_("at the start"), early, _("after training")), strict=True))
    st.segmented_control(
        _("The networks"),
        list(names),
        format_func=names.__getitem__,
        required=True,
        **widgets.bind_option("when", when),
    )
    if when != "trained":
        switch = {"on": _("with attention"), "off": _("without attention")}
        st.segmented_control(
            _("Attention"),
            list(switch),
            format_func=switch.__getitem__,
            required=True,
            label_visibility="collapsed",
            **widgets.bind_option("attending", "on" if attending else "off"),
        )
    return when, attending


def experiment(when: str) -> str:
    """The experiment that measured the networks in this state."""
    return "early-gradients" if when == "early" else "gradients"


def lines(figures: Sequence[Figure], part: str, *, when: str, attending: bool) -> dict[tuple[str, str], str]:
    """The names of the lines to draw, by model and measure."""
    models = {entry.kind: entry.model for entry in figures}
    if when == "trained":
        kinds = {
            "": _("LSTM, with attention"),
            "last": _("LSTM, without attention"),
            "rnn": _("plain cell, with attention"),
            "gru": _("GRU, with attention"),
        }
        return {(models[kind], f"trained, {part}"): name for kind, name in kinds.items() if kind in models}
    begun = "start" if when == "start" else f"after {UPDATES} updates"
    context = "attention" if attending else "last"
    losses = {entry.measure: entry.value for entry in figures if entry.measure.endswith(", loss")}
    cells = {
        "lstm, {context}, +1": _("LSTM, forget bias +1"),
        "lstm, {context}, +0": _("LSTM, forget bias 0"),
        "lstm, {context}, -1": _("LSTM, forget bias −1"),
        "gru, {context}, +1": _("GRU, update bias +1"),
        "rnn, {context}, +0": _("plain cell"),
    }
    found = {}
    for cell, name in cells.items():
        measure = f"{begun}, {cell.format(context=context)}"
        loss = losses.get(f"{measure}, loss")
        found[models.get("", ""), f"{measure}, {part}"] = name if loss is None else f"{name} · L {loss:.2g}"
    return found


def told(figures: Sequence[Figure], family: str, *, when: str) -> str:
    """The meaning of the curves, and the command that measures them again."""
    said = {
        "start": _(
            "Networks with random weights: |∂L/∂h| of −log p of each output, against the recurrent steps between the "
            "output and the state; means of {pairs} held-out pairs, 95 % bootstrap intervals. With attention the curve "
            "does not fall as far: the way is shorter. Again: {command}"
        ),
        "early": _(
            "The networks of the start after {updates} updates, one training each (one seed): |∂L/∂h| of −log p of "
            "each output, against the recurrent steps between the output and the state; means of {pairs} held-out "
            "pairs, 95 % bootstrap intervals. L is the mean −log p of a token then: a line stands higher where more is "
            "left to learn, so compare the slopes. Again: {command}"
        ),
        "trained": _(
            "Trained models, whose loss is small, so compare the slopes and not the heights: |∂L/∂h| of −log p of each "
            "output, against the recurrent steps between the output and the state; means of {pairs} held-out pairs, "
            "95 % bootstrap intervals, one training each (one seed). Again: {command}"
        ),
    }
    return said[when].format(
        pairs=max(entry.pairs for entry in figures),
        updates=UPDATES,
        command=experiments.command(experiment(when), family, figures),
    )
