"""Gradient: the way back of a loss through the network, by which paths, and how far it gets."""

from dataclasses import replace

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.analysis.gates import PARTS, cell_of, parts
from s2s_core.analysis.layers import at_layer, depth
from s2s_core.gradients import cell_jacobian, sizes
from s2s_ui.charts import experiments, gradient, gradient_paths, theme, tokens
from s2s_ui.panels import controls, decay, layers, where
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout

s2s_ui.shell.entry.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette = theme.palette(layout.dark())
trace = caches.runs(replace(seen.plain, peepholes=True)).shown
written, source = tokens.target(trace, _), tokens.source(trace, _)
whole = state.option("loss") == "all"
chosen = state.index("output", len(written))
output = max(0, len(written) - 2) if chosen is None else chosen  # the last before the end mark
found = caches.gradients(trace.model, trace.text, None if whole else output)
part = next((part for part in parts(trace) if part == state.option("cell")), PARTS[0])
words = written if part == "decoder" else source
deep = depth(trace, part)
layer = layers.chosen(deep)
numbers = cell_of(at_layer(trace, layer), part)
lowest = -1 if layer is None else layer
flow = found.decoder[lowest] if part == "decoder" else found.encoder[lowest][part]
gradients = {name: total for name, total, _paths in flow.quantities()}
usual = "hidden" if flow.cell is None else "cell"
quantity = next((name for name in gradients if name == state.option("gradient")), usual)
steps, count = numbers.hidden.shape
place, one = state.index("position", steps), state.index("unit", count)
position = int(sizes(gradients[usual]).argmax()) if place is None else place
unit = int(abs(gradients[usual][position]).argmax()) if one is None else one

with st.container(key="page"):
    with st.container(key="controls_loss", horizontal=True, vertical_alignment="center"):
        losses = {"one": _("of one output"), "all": _("of all outputs")}
        st.segmented_control(
            _("The loss"),
            list(losses),
            format_func=losses.__getitem__,
            required=True,
            **widgets.bind_option("loss", "all" if whole else "one"),
        )
        if not whole and len(written) > 1:
            st.select_slider(
                _("Output"),
                range(len(written)),
                format_func=lambda at: tokens.numbered(at, written[at]),
                **widgets.bind_option("output", output),
            )
    figure.show(
        gradient.way(found, palette, _),
        lambda: gradient.way_frame(found, _),
        name=_("The way back of the loss through decoder, attention and encoder"),
        key="way",
        least=560,
        on_select=widgets.picked("way", "output"),
    )
    st.caption(
        _(
            "L = −log p = {loss}. A line is as wide as the square root of the gradient that goes back along it, "
            "measured by the widest. Bars below: how much the loss depends on each input, |∂L/∂x|. Move the slider, or "
            "click an output, and see which inputs its loss reaches, and by which way."
        ).format(loss=f"{found.loss:.3g}")
    )
    if seen.runs.original:
        st.caption(_("This is the way back through the network as it was trained, without what was changed in it."))
    left, right = st.columns([640, 536], gap="medium")
    with left:
        st.subheader(_("By which paths it came"))
        with st.container(key="controls_paths", horizontal=True, vertical_alignment="center"):
            layers.switch(deep)
            where.cell(trace, part, forget=("position", "unit"))
            hidden = "∂L/∂s" if part == "decoder" else "∂L/∂h"
            names = {"hidden": hidden, "cell": "∂L/∂c", "inputs": "∂L/∂x"}
            st.segmented_control(
                _("Gradient"),
                list(gradients),
                format_func=names.__getitem__,
                required=True,
                label_visibility="collapsed",
                **widgets.bind_option("gradient", quantity),
            )
        came = gradient_paths.path_frame(flow, quantity, words, _)
        figure.show(
            gradient_paths.paths(came, palette, y=f"|{names[quantity]}|", position=position),
            came,
            name=_("The gradient at each step, by the paths on which it came back"),
            key="paths",
            on_select=widgets.picked("paths", "position"),
        )
        st.caption(
            _(
                "A bar is as high as the gradient is long; its colours are the parts of that vector that came by each "
                "path. A part below 0 works against the others."
            )
        )
    with right:
        st.subheader(_("One step of the way back"))
        with st.container(key="controls_step", horizontal=True, vertical_alignment="center"):
            where.step_and_unit(words, position, unit, units=count)
        cell = caches.cell(trace.model, part, layer)
        jacobian = cell_jacobian(cell, numbers, position, reversed=part == "backward")
        st.markdown(decay.equation(trace.model, numbers.kind))
        terms = gradient_paths.step_frame(jacobian, unit, _)
        figure.show(
            gradient_paths.step(terms, palette),
            terms,
            name=_("How the state of one unit depends on its state one step before, term by term"),
            key="jacobian",
        )
        st.caption(decay.explained(numbers.kind, unit, words[position]))
    st.subheader(_("How far it gets"))
    with st.container(key="controls_decay", horizontal=True, vertical_alignment="center"):
        when, attending = decay.controls()
    figures = caches.figures(decay.experiment(when), trace.model)
    drawn = gradient_paths.decay_frame(figures, decay.lines(figures, part, when=when, attending=attending))
    if drawn.empty:
        missing = _("Nobody has measured this model's family yet; this command does: {command}")
        st.caption(missing.format(command=experiments.command(decay.experiment(when), caches.family(trace.model))))
    else:
        figure.show(
            gradient_paths.decay(drawn, palette, x=_("recurrent steps back"), y=f"log₁₀ |{hidden}|"),
            drawn,
            name=_("The gradient against the number of steps that it went back"),
            key="decay",
        )
        st.caption(decay.told(figures, caches.family(trace.model), when=when))
