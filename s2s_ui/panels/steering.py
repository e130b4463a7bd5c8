"""The commands of a training's owner, and the sentence that others see instead."""

from functools import partial
from typing import Literal

import streamlit as st

from s2s_core.errors import S2SError
from s2s_ui.panels import known_trainings, owner, training_order
from s2s_ui.session import caches, state, widgets
from s2s_ui.session.i18n import _
from s2s_ui.workshop import Command, Progress, Training, archive


def commands(shown: Training, progress: Progress) -> None:
    """The commands that are possible now; for others than the owner, a sentence about who steers the training."""
    mine = owner.steers(shown)
    with st.container(key="controls_run", horizontal=True, vertical_alignment="center"):
        if mine and progress.status in ("waiting", "preparing", "training"):
            _button(_("Pause"), "pause", "pause", shown)
            _button(_("Stop here"), "end", "end", shown, disabled=progress.status != "training")
        if mine and progress.status in ("paused", "failed"):
            _button(_("Go on"), "go_on", "go on", shown, kind="primary")
        if progress.saved and progress.status != "scoring":
            kind = "primary" if progress.status == "finished" else "secondary"
            widgets.button(_("Open it on the other screens"), partial(_watch, shown), key=f"open {kind}", type=kind)
            st.download_button(
                _("Checkpoint (zip)"),
                lambda: archive(shown.folder),
                file_name=f"{shown.order.name}.zip",
                mime="application/zip",
                key="save checkpoint",
                on_click="ignore",
            )
        if mine:
            owner.link(shown)
        else:
            st.caption(_who_steers(shown))
        if mine and not progress.active:
            with st.popover(_("Delete …"), type="tertiary", **widgets.popover("delete_training")):
                st.caption(_("The model, its numbers and the file of pairs are deleted for good."))
                _button(_("Delete it"), "delete", "delete", shown)


def _watch(shown: Training) -> None:
    """Open Watch with the model of a training."""
    state.change(model=shown.order.name, text=None, reference="")
    st.switch_page("pages/watch.py")


def _who_steers(shown: Training) -> str:
    if shown.order.key:
        return _("You are watching. Only the person who began this training can pause, continue or end it.")
    return _(
        "You are watching. An older version began this training and noted no owner, so nobody can pause, continue or "
        "end it here."
    )


def _button(
    label: str,
    key: str,
    command: Command,
    shown: Training,
    *,
    disabled: bool = False,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    st.button(label, key=key, type=kind, disabled=disabled, on_click=steer, args=(shown.order.name, command))


def steer(name: str, command: Command) -> None:
    """Execute the reader's command if the session has the training's key. Hiding the button would not be enough."""
    training_order.refuse(None)
    try:
        caches.workshop().steer(name, command, owner.key(name))
    except S2SError as error:
        training_order.refuse(error)
    else:
        if command == "delete":
            widgets.put_away()
            known_trainings.forget(name)
