"""Train: a model of one's own, watched while it learns, and then opened on every other screen."""

import streamlit as st

import s2s_ui.shell.entry
from s2s_ui.charts import learning_curves as curves
from s2s_ui.charts import theme
from s2s_ui.panels import class_bar, known_trainings, own_pairs, owner, snapshots, steering, training_order
from s2s_ui.session import caches, messages, state
from s2s_ui.session.i18n import _
from s2s_ui.shell import figure, layout, queue
from s2s_ui.workshop import Training

EVERY = "2s"  # the pictures of a training are drawn anew, for each who watches it: 40 ms of the server

s2s_ui.shell.entry.enter()
palette = theme.palette(layout.dark())
run = known_trainings.current()


def live(shown: Training) -> None:
    """The training as it goes; when it has come to an end the whole page is made anew."""
    began, said = shown.progress.active, training_order.refused()

    @st.fragment(run_every=EVERY if began else None)
    @queue.in_turn(told=False)
    def look() -> None:
        there = known_trainings.current()  # which also asks the replica that runs it
        progress = shown.progress
        if began != progress.active or training_order.refused() != said or there is not shown:
            st.rerun()
        share = progress.step / progress.steps if progress.steps else 0.0
        st.progress(min(share, 1.0), text=messages.literal(training_order.said(progress)))
        if progress.pairs:
            st.caption(messages.literal(training_order.learning_from(progress)))
        if progress.count is not None:
            st.caption(messages.literal(" ".join(own_pairs.counted(progress.count))))
        steering.commands(shown, progress)
        losses = curves.loss_frame(progress.losses, progress.scores, _)
        names = {measure: _(name) for measure, name in training_order.MEASURES.items()}
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
                    curves.probe(probe, palette, _),
                    lambda: curves.probe_frame(probe, _),
                    name=_("Where the model looks on one sentence"),
                    key="probe",
                )
        with right:
            if progress.scores:
                st.caption(training_order.measured(progress))
            for name, samples in ((_("Training pairs"), progress.known), (_("Unseen pairs"), progress.samples)):
                if samples:
                    st.subheader(name)
                    st.table(training_order.sampled(samples), border="horizontal", hide_index=True)

    look()


with st.container(key="page"):
    layout.notice(messages.sentences(state.link_problems()), error=True, place="link")
    ordering, watching = st.columns([300, 876], gap="medium")
    with ordering, st.container(key="order"):
        training_order.order(training_order.wanted())
        known_trainings.remember(*owner.exchange())
        class_bar.start()
    with watching, st.container(key="watching"):
        if run is None:
            if state.option("run"):
                lost = _("There is no training {name} on this server.").format(
                    name=messages.quoted(state.option("run") or "")
                )
                layout.notice(lost, error=True, place="run")
            st.subheader(_("Nothing is being trained yet"))
            st.caption(
                _(
                    "Choose what the model reads and how it is built, and press Train. It learns here, on this server, "
                    "while you watch: its loss, its scores on pairs that it never sees in training, and where it looks."
                )
            )
        else:
            known_trainings.switch(run)
            live(run)
            if run.progress.status == "finished":
                snapshots.show(run.order.name)
                with st.expander(_("Its card"), key="card"):
                    st.markdown(caches.card(run.order.name))
