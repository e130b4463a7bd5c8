"""Both directions: what every source token is known by, read from the left and from the right."""

from dataclasses import replace

import streamlit as st

from s2s_core.analysis.corpus import nearest
from s2s_core.analysis.directions import neighbour, places, telling_place
from s2s_core.edits import without_direction
from s2s_core.recipes import siblings_of
from s2s_ui import cached, controls, figure, frame, state
from s2s_ui.charts import answers, directions, neighbours, paths, theme, tokens
from s2s_ui.charts.answers import Answer
from s2s_ui.i18n import _

NEAREST = 7

frame.enter()
seen = controls.see()
controls.band(seen)
seen.say()
palette, end = theme.palette(frame.dark()), _("end")
before = cached.runs(seen.plain).shown
both_ways = before.encoder.backward is not None
chosen = {str(place.position): place for place in places(before)}
place = chosen.get(state.option("position") or "", telling_place(before))
by = state.option("replacement") or neighbour(place.characters) or place.characters
changed, problem = controls.attempt(replace(seen.plain, text=place.replace(before.text, by)))
after = changed or before

with st.container(key="page"):
    left, right = st.columns([776, 400], gap="medium")
    with left:
        with st.container(key="row_replace", horizontal=True, vertical_alignment="center"):
            st.selectbox(
                _("Replace"),
                list(chosen),
                format_func=lambda position: tokens.numbered(int(position), chosen[position].characters),
                **state.bind_option("position", str(place.position), forget="replacement"),
            )
            st.text_input(_("by"), max_chars=40, **state.bind_option("replacement", by))
        frame.notice(problem, error=True, place="replacement")
        figure.show(
            directions.states(
                directions.state_frame(before, after),
                directions.length_frame(before, after),
                tokens.source(before, end),
                palette,
                _,
                replaced=place.positions,
            ),
            lambda: directions.state_frame(before, after),
            name=_("The states of both directions, and what the replaced token moved in them"),
            key="states",
        )
        st.caption(
            _("Before the replaced token only backward states move, after it only forward ones.")
            if both_ways
            else _("This encoder reads in one direction: what stands after a token never reaches its state.")
        )
    with right:
        st.subheader(_("What each direction alone would answer"))
        runs = [Answer(_("both"), before)]
        for direction, name in (("backward", _("→ alone")), ("forward", _("← alone"))):
            if both_ways:
                alone, _problem = controls.attempt(replace(seen.plain, edits=without_direction(direction)))
                runs.append(Answer(name, alone or before))
        answered = answers.answer_frame(runs, end)
        figure.show(answers.answers(answered, palette, end=end), answered, name=_("Answers"), key="alone")
        st.caption(
            _(
                "The other direction's cell state and hidden state are set to 0 at every token: attention finds zeros "
                "in that half, and the decoder starts without its last state. The model was not trained for that."
            )
        )
        st.subheader(_("Where the state of this token is most alike"))
        corpus = cached.corpus(before.model)
        found = nearest(
            corpus, corpus.joined, before.encoder.joined[place.position], count=NEAREST, without=before.text
        )
        listed = neighbours.neighbour_frame(corpus, found, end)
        figure.show(neighbours.neighbours(listed, palette), listed, name=_("Nearest states"), key="nearest")
