"""How far the gradient gets: which lines of the experiment the page Gradient draws, and what it says of a cell."""

from collections.abc import Sequence

import streamlit as st

from s2s_core.experiments import Figure
from s2s_ui.charts import experiments
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.stage.printed import printed

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
    """∂state_t/∂state_{t-1} of a kind of cell, as Markdown: a formula a term, so that a narrow screen can break it."""
    terms = {
        "lstm": (STATE_OF_LSTM, KEPT, *(PEEPHOLES if caches.has_peepholes(model) else ())),
        "gru": (STATE, *OF_GRU),
        "rnn": (STATE, OF_PLAIN),
    }[kind]
    return " ".join(f"${term}$" for term in terms)


def explained(kind: str, unit: int, token: str) -> str:
    """What the numbers of one unit at one step say."""
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


def controls() -> tuple[bool, bool]:
    """Whether the networks are at their start, and whether they then have attention; both are chosen here."""
    begun, attending = state.option("when") == "start", state.option("attending") != "off"
    when = {"trained": _("after training"), "start": _("at the start")}
    st.segmented_control(
        _("The networks"),
        list(when),
        format_func=when.__getitem__,
        required=True,
        **widgets.bind_option("when", "start" if begun else "trained"),
    )
    if begun:
        switch = {"on": _("with attention"), "off": _("without attention")}
        st.segmented_control(
            _("Attention"),
            list(switch),
            format_func=switch.__getitem__,
            required=True,
            label_visibility="collapsed",
            **widgets.bind_option("attending", "on" if attending else "off"),
        )
    return begun, attending


def lines(figures: Sequence[Figure], part: str, *, begun: bool, attending: bool) -> dict[tuple[str, str], str]:
    """The names of the lines to draw, by model and measure."""
    models = {entry.kind: entry.model for entry in figures}
    if begun:
        context = "attention" if attending else "last"
        cells = {
            "lstm, {context}, +1": _("LSTM, forget bias +1"),
            "lstm, {context}, +0": _("LSTM, forget bias 0"),
            "lstm, {context}, -1": _("LSTM, forget bias −1"),
            "gru, {context}, +1": _("GRU, update bias +1"),
            "rnn, {context}, +0": _("plain cell"),
        }
        return {
            (models.get("", ""), f"start, {cell.format(context=context)}, {part}"): name for cell, name in cells.items()
        }
    kinds = {
        "": _("LSTM, with attention"),
        "last": _("LSTM, without attention"),
        "rnn": _("plain cell, with attention"),
        "gru": _("GRU, with attention"),
    }
    return {(models[kind], f"trained, {part}"): name for kind, name in kinds.items() if kind in models}


def told(figures: Sequence[Figure], family: str, *, begun: bool) -> str:
    """What the curves are, and how to get them again."""
    pairs = max(entry.pairs for entry in figures)
    if begun:
        said = _(
            "Networks with random weights: |∂L/∂h| of −log p of each output, against the recurrent steps between the "
            "output and the state; means of {pairs} held-out pairs, 95 % bootstrap intervals. With attention the curve "
            "does not fall as far: the way is shorter. Again: {command}"
        )
    else:
        said = _(
            "Trained models, whose loss is small, so compare the slopes and not the heights: |∂L/∂h| of −log p of each "
            "output, against the recurrent steps between the output and the state; means of {pairs} held-out pairs, "
            "95 % bootstrap intervals, one training each (one seed). Again: {command}"
        )
    return said.format(pairs=pairs, command=experiments.command("gradients", family, figures))
