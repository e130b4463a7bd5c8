"""Gates: how far open they are at every token, what the peepholes have to do with it, which unit does what."""

from dataclasses import replace

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.analysis.gates import ORDERS, PARTS, cell_of, moved, parts, peephole_share, shown
from s2s_core.analysis.gates import gates as gates_of
from s2s_core.analysis.layers import at_layer, depth
from s2s_core.analysis.units import contrast, contrasts, firing, telling_span
from s2s_ui.charts import answers, gates, peepholes, quantities, saturation, theme, tokens
from s2s_ui.charts import firing as elsewhere
from s2s_ui.charts.answers import Answer
from s2s_ui.panels import controls, layers, where
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout

ROWS = 48  # of a map, unless all are asked for
TELLING = 6  # units that are listed
SENTENCES = 8

s2s_ui.shell.entry.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette = theme.palette(layout.dark())
trace = seen.runs.shown
part = next((part for part in parts(trace) if part == state.option("cell")), PARTS[0])
order = next((order for order in ORDERS if order == state.option("order")), ORDERS[-1])
deep = depth(trace, part)
layer = layers.chosen(deep)
cell = cell_of(at_layer(trace, layer), part)
hidden, gated = cell.hidden, bool(gates_of(cell))
steps, count = hidden.shape
written = part == "decoder"
words = tokens.target(trace, _) if written else tokens.source(trace, _)
span = state.span("span", steps) or telling_span(trace.tgt_tokens if written else trace.src_tokens)
telling = contrasts(hidden, span)[:TELLING]
chosen, place = state.index("unit", count), state.index("position", steps)
unit = telling[0].unit if chosen is None else chosen
position = span[1] if place is None else place
on_show = shown(hidden, order, count=count if state.option("rows") == "all" else ROWS, always=unit)
sequence = ("position", "span", "unit")

with st.container(key="page"):
    left, right = st.columns([856, 316], gap="medium")
    with left:
        with st.container(key="controls_gates", horizontal=True, vertical_alignment="center"):
            layers.switch(deep)
            heads = {"forward": _("Forward cell"), "backward": _("Backward cell"), "decoder": _("Decoder cell")}
            where.cell(trace, part, forget=sequence)
            orders = {"number": _("number"), "activity": _("activity"), "similarity": _("similarity")}
            st.segmented_control(
                _("order by"),
                ORDERS,
                format_func=orders.__getitem__,
                required=True,
                **widgets.bind_option("order", order),
            )
            if count > ROWS:
                amounts = {
                    str(ROWS): str(ROWS),
                    "all": _("all {count}").format(count=count),
                }
                st.segmented_control(
                    _("show"),
                    list(amounts),
                    format_func=amounts.__getitem__,
                    required=True,
                    **widgets.bind_option("rows", state.option("rows") or str(ROWS)),
                )
        figure.show(
            gates.maps(cell, words, palette, _, part=part, units=on_show, unit=unit, position=position),
            lambda: quantities.cell_frame(cell, words),
            name=_("{cell}: every gate and state, units down and tokens across").format(
                cell=layers.with_layer(heads[part], layer, deep)
            ),
            key="maps",
            file=f"gates-{part}" + ("" if layer is None else f"-{layer + 1}"),
            on_select=widgets.picked("maps", "unit", "position"),
        )
        with st.container(key="controls_place", horizontal=True, vertical_alignment="center"):
            where.step_and_unit(words, position, unit, units=count)
        st.caption(
            _(
                "Look for a column in which a gate is open in nearly all units, or shut: an open forget gate keeps "
                "what is there, an open input gate takes the token in, an open output gate shows the cell. Then point "
                "at one row, and all maps and the course below show that unit."
            )
            if gated
            else _(
                "A plain recurrent cell has no gates and no cell state: at every token the whole state is written "
                "anew. Point at one row, and the course below shows that unit."
            )
        )
    with right:
        st.subheader(_("How far open are the gates?"))
        if gated:
            st.caption(_("Of all {count} units: filled open (> .9), hollow shut (< .1)").format(count=count))
            openness = saturation.step_frame(cell, words)
            figure.show(
                saturation.per_token(openness, palette, _, part=part, position=position),
                openness,
                name=_("The share of units whose gates are open and shut, at each token"),
                key="openness",
            )
        else:
            st.caption(_("The cells of this model have no gates."))
        st.subheader(_("The peephole's share"))
        has_peepholes = caches.has_peepholes(trace.model)
        shares = peepholes.share_frame(peephole_share(cell, part))
        if not has_peepholes:
            st.caption(_("The cells of this model have no peepholes."))
        elif not seen.asked.peepholes:
            st.caption(_("The peepholes are off."))
        elif shares.empty:
            st.caption(_("The cell made one step only, and before it there was no cell state to look at."))
        else:
            st.caption(_("of the terms of each gate, by size; first step left out"))
            figure.show(
                peepholes.share(shares, palette, _), shares, name=_("The peephole's share of each gate"), key="share"
            )
        if has_peepholes:
            st.subheader(_("Switch it off, and see"))
            st.toggle(_("Peepholes"), **widgets.bind("peepholes", seen.asked.peepholes, place="here"))
            on, off = (caches.runs(replace(seen.plain, peepholes=peeping)).shown for peeping in (True, False))
            were, are = (cell_of(at_layer(run, layer), part) for run in (on, off))
            moves = peepholes.moves(moved(were, are), cell.kind)
            st.caption(_("gates that move by more than 0.1"))
            st.markdown(f"**{moves}**")
            runs = [Answer(_("on"), on), Answer(_("off"), off)]
            kin = {sibling.kind: sibling.name for sibling in caches.siblings(trace.model)}
            if "no-peepholes" in kin:
                trained, _problem = controls.attempt(replace(seen.plain, model=kin["no-peepholes"], peepholes=True))
                runs += [Answer(_("trained without"), trained)] if trained else []
            outputs = answers.answer_frame(runs)
            figure.show(
                answers.answers(outputs, palette), outputs, name=_("The answers with and without"), key="outputs"
            )
            st.caption(_("Off: the weights are as trained and their terms read 0; the model was not trained again."))

    one, two, three = st.columns([420, 300, 480], gap="medium")
    with one:
        st.subheader(_("Units that never close, units that never open"))
        corpus = caches.corpus(trace.model, layer)
        if gated:
            scattered = saturation.unit_frame(caches.saturation(trace.model, layer)[part])
            figure.show(
                saturation.per_unit(scattered, palette, _, part=part, unit=unit),
                scattered,
                name=_("How often each unit's gates are open and shut"),
                key="scatter",
                on_select=widgets.picked("scatter", "unit"),
            )
            st.caption(
                _(
                    "A dot a unit, over {count} sentences (Karpathy, Johnson & Fei-Fei 2015). A forget gate high up "
                    "keeps what it has; an input gate far right lets nothing in."
                ).format(count=len(corpus.texts))
            )
        else:
            st.caption(_("The cells of this model have no gates."))
    with two:
        st.subheader(_("Which unit knows this?"))
        st.select_slider(
            _("Tokens"),
            range(steps),
            value=span,  # says that it is a range
            format_func=lambda at: tokens.numbered(at, words[at]),
            **widgets.bind_option("span", span, forget=("unit",)),
        )
        listed = {found.unit: found for found in (*telling, contrast(hidden, span, unit))}
        st.radio(
            _("on there, off elsewhere"),
            list(listed),
            format_func=lambda number: gates.as_text(listed[number], _),
            **widgets.bind_option("unit", unit, place="telling"),
        )
    with three:
        st.subheader(_("Where unit {unit} fires elsewhere").format(unit=unit))
        found = firing(corpus, corpus.cells[part], unit, listed[unit].sign, count=SENTENCES, without=trace.text)
        if found:
            firings = elsewhere.firing_frame(found, corpus.tgt_tokens if written else corpus.src_tokens, _)
            figure.show(
                elsewhere.strips(firings, palette), firings, name=_("Sentences in which the unit is on"), key="firing"
            )
        own = set(corpus.texts) <= set(caches.model(trace.model).info.examples)
        st.caption(
            _("The data of this model is not here, so these are its own {count} examples.").format(
                count=len(corpus.texts)
            )
            if own
            else _("Of {count} sentences: held-out ones of its task, and its examples.").format(count=len(corpus.texts))
        )
