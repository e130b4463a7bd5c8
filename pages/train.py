"""Train: a model of one's own, watched while it learns, and then opened on every other screen."""

from typing import Literal

import streamlit as st

import s2s_ui.entry
from s2s_ui import cached, figure, frame, learnt, messages, own_pairs, state, training
from s2s_ui.charts import theme
from s2s_ui.charts import training as curves
from s2s_ui.i18n import _
from s2s_ui.workshop import Progress, Training, archive

EVERY = "2s"  # the pictures of a training are drawn anew, for each who watches it: 40 ms of the server

s2s_ui.entry.enter()
palette, end = theme.palette(frame.dark()), _("end")
run = training.current()


def commands(shown: Training, progress: Progress) -> None:
    """What can be done with a training as it stands."""
    with st.container(key="controls_run", horizontal=True, vertical_alignment="center"):
        if progress.status in ("waiting", "preparing", "training"):
            st.button(_("Pause"), key="pause", on_click=shown.pause)
            st.button(_("Stop here"), key="end", on_click=shown.end, disabled=progress.status != "training")
        if progress.status in ("paused", "failed"):
            st.button(_("Go on"), key="go_on", type="primary", on_click=training.go_on, args=(shown,))
        if progress.saved and progress.status != "scoring":
            kind: Literal["primary", "secondary"] = "primary" if progress.status == "finished" else "secondary"
            if st.button(_("Open it on the other screens"), key=f"open {kind}", type=kind):
                state.change(model=shown.order.name, text=None, reference="")
                st.switch_page("pages/watch.py")
            st.download_button(
                _("Checkpoint (zip)"),
                lambda: archive(shown.folder),
                file_name=f"{shown.order.name}.zip",
                mime="application/zip",
                key="save checkpoint",
                on_click="ignore",
            )


def live(shown: Training) -> None:
    """The training as it goes; when it has come to an end the whole page is made anew."""
    began = shown.progress.active

    @st.fragment(run_every=EVERY if began else None)
    def look() -> None:
        progress = shown.progress
        if began != progress.active:
            st.rerun()
        share = progress.step / progress.steps if progress.steps else 0.0
        st.progress(min(share, 1.0), text=messages.literal(training.said(progress)))
        if progress.pairs:
            st.caption(messages.literal(training.learning_from(progress)))
        if progress.count is not None:
            st.caption(messages.literal(" ".join(own_pairs.counted(progress.count))))
        commands(shown, progress)
        losses = curves.loss_frame(progress.losses, progress.scores, _)
        names = {measure: _(name) for measure, name in training.MEASURES.items()}
        scores = curves.score_frame(progress.scores, names)
        left, right = st.columns(2, gap="medium")
        for column, points, draw, name, key in (
            (left, losses, curves.losses, _("Loss over the updates"), "losses"),
            (right, scores, curves.scores, _("Scores on unseen pairs, %"), "scores"),
        ):
            with column:
                st.subheader(name)
                if points.empty:
                    st.caption(_("Nothing yet."))
                else:
                    figure.show(draw(points, progress.steps, palette, _), points, name=name, key=key)
        with left:
            if progress.probe is not None:
                st.subheader(_("Where it looks by now (14), update {step}").format(step=f"{progress.probe.step:,}"))
                probe = progress.probe
                figure.show(
                    curves.probe(probe, palette, end),
                    lambda: curves.probe_frame(probe, end),
                    name=_("Where the model looks on one sentence"),
                    key="probe",
                )
        with right:
            if progress.scores:
                st.caption(training.measured(progress))
            for name, samples in ((_("Training pairs"), progress.known), (_("Unseen pairs"), progress.samples)):
                if samples:
                    st.subheader(name)
                    st.table(training.sampled(samples), border="horizontal", hide_index=True)

    look()


with st.container(key="page"):
    said = state.link_problems()
    frame.notice(messages.sentence(said[0]) if said else None, error=True, place="link")
    ordering, watching = st.columns([300, 876], gap="medium")
    with ordering, st.container(key="order"):
        training.order(training.wanted())
    with watching, st.container(key="watching"):
        if run is None:
            if state.option("run"):
                lost = _("There is no training {name} on this server.").format(
                    name=messages.quoted(state.option("run") or "")
                )
                frame.notice(lost, error=True, place="run")
            st.subheader(_("Nothing is being trained yet"))
            st.caption(
                _(
                    "Choose what the model reads and how it is built, and press Train. It learns here, on this server, "
                    "while you watch: its loss, its scores on pairs that it never sees in training, and where it looks."
                )
            )
        else:
            training.switch(run)
            live(run)
            if run.progress.status == "finished":
                learnt.show(run.order.name)
                with st.expander(_("Its card"), key="card"):
                    st.markdown(cached.card(run.order.name))
