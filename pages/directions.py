"""Both directions: what every source token is known by, read from the left and from the right."""

from dataclasses import replace

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.analysis.corpus import nearest
from s2s_core.analysis.directions import neighbour, places, telling_place
from s2s_core.analysis.layers import at_layer, depth
from s2s_core.edits import without_direction
from s2s_ui.charts import answers, directions, neighbours, paths, theme, tokens
from s2s_ui.charts.answers import Answer
from s2s_ui.panels import controls, layers
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout

NEAREST = 7

s2s_ui.shell.entry.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette = theme.palette(layout.dark())
before = caches.runs(seen.plain).shown
both_ways = before.encoder.backward is not None
chosen = {str(place.position): place for place in places(before)}
place = chosen.get(state.option("position") or "", telling_place(before))
by = state.option("replacement") or neighbour(place.characters) or place.characters
changed, problem = controls.attempt(replace(seen.plain, text=place.replace(before.text, by)))
after = changed or before
deep = depth(before, "forward")
layer = layers.chosen(deep)
old, new = at_layer(before, layer), at_layer(after, layer)

with st.container(key="page"):
    left, right = st.columns([776, 400], gap="medium")
    with left:
        with st.container(key="controls_replace", horizontal=True, vertical_alignment="center"):
            st.selectbox(
                _("Replace"),
                list(chosen),
                format_func=lambda position: tokens.numbered(int(position), chosen[position].characters),
                filter_mode=None,
                **widgets.bind_option("position", str(place.position), forget=("replacement",)),
            )
            st.text_input(_("by"), max_chars=40, autocomplete="off", **widgets.bind_option("replacement", by))
            layers.switch(deep)
        layout.notice(problem, error=True, place="replacement")
        st.caption(
            _(
                "Layer {k} reads both directions of the layer below, so the replaced token can move any of its states: "
                "only in layer 1 does a direction know one side alone."
            ).format(k=layer + 1)
            if both_ways and layer
            else _("Before the replaced token only backward states move, after it only forward ones.")
            if both_ways
            else _(
                "This encoder reads from left to right alone, so what stands after a token never reaches its state. "
                "Choose a model with both directions to see the other half."
            )
        )
        figure.show(
            directions.states(
                directions.state_frame(old, new, _),
                directions.length_frame(old, new, _),
                tokens.source(before, _),
                palette,
                _,
                replaced=place.positions,
            ),
            lambda: directions.state_frame(old, new, _),
            name=layers.with_layer(
                _("The states of both directions, and what the replaced token moved in them"), layer, deep
            ),
            key="states",
        )
    with right:
        st.subheader(_("What it answers"))
        runs = [Answer(_("as typed"), before), Answer(_("replaced"), after)]
        if both_ways:
            for silent, name in (("backward", _("→ alone")), ("forward", _("← alone"))):
                runs.append(Answer(name, caches.runs(replace(seen.plain, edits=without_direction(silent))).shown))
            if one_way := caches.one_way(before.model):
                trained, _problem = controls.attempt(replace(seen.plain, model=one_way))
                runs += [Answer(_("→ alone, trained so"), trained)] if trained else []
        written = answers.answer_frame(runs)
        figure.show(answers.answers(written, palette), written, name=_("What it answers"), key="alone")
        if both_ways:
            st.caption(
                _(
                    "Alone: the other direction's cell and hidden states are set to 0 at every token. Attention finds "
                    "zeros in that half, and the decoder starts without its last state; this model never trained so."
                )
            )
        st.subheader(_("Where the state of this token is most alike"))
        corpus = caches.corpus(before.model, layer)
        found = nearest(corpus, corpus.joined, old.encoder.joined[place.position], count=NEAREST, without=before.text)
        listed = neighbours.neighbour_frame(corpus, found, _)
        figure.show(
            neighbours.neighbours(listed, palette), listed, name=_("The most similar states elsewhere"), key="nearest"
        )
        st.caption(_("Cosine of the joined states, in {count} other sentences.").format(count=len(corpus.texts)))

    st.subheader(_("The path of the state as the sentence is read"))
    deep = state.option("components") == "3"
    with st.container(key="controls_path", horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            _("principal components"),
            ["2", "3"],
            required=True,
            **widgets.bind_option("components", "3" if deep else "2"),
        )
        st.caption(
            _("Dashed: the path with the replaced token.")
            if both_ways and layer
            else _("Dashed: the path with the replaced token. It leaves the other where that token is read.")
        )
    walked = [paths.path(old, new, direction, _) for direction in paths.directions(old)]
    for column, path in zip(st.columns(len(walked)), walked, strict=True):
        with column:
            figure.show(
                paths.space(path, palette) if deep else paths.plane(path, palette, _),
                path.frame,
                name=_("The path of the state as the sentence is read"),
                key=f"path_{path.direction}_{'space' if deep else 'plane'}",
            )
