"""The reader's keys to trainings of this server, in the session and in the browser.

The browser's local storage keeps the keys for the next session: after a reload, Back, a lost connection or a restart of
the server, owner.js sends them again. Keys are not in a cookie, which would be sent with every request, nor in the
address, which is projected and shared. Only the owner's link has a key, after the #: browsers do not send this part to
a server, and owner.js removes it from the address when the link is opened.
"""

from collections.abc import Mapping

import streamlit as st

from s2s_ui import kept
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _
from s2s_ui.workshop import SECRET, Training, new_secret

_OWNER, _COPY_LINK = kept.of(__package__, "owner.js"), kept.of(__package__, "copy_link.js")
KEYS = "training keys"  # in the session: name of a training -> its key; only right keys
VISITOR = "visitor"  # in the session: the visitor's secret, for the limits on disk space
HEARD = "keys heard"  # in the session: trainings for which the browser sent keys, right or wrong
MOST_HEARD = 64  # names; owner.js keeps only 32 keys, so more cannot be from it


def visitor() -> str:
    """The secret of this visitor, from the browser; a new one if the browser has not sent one yet."""
    if state.stored(VISITOR) is None:
        state.store(VISITOR, new_secret())
    secret: str = state.stored(VISITOR)
    return secret


def key(name: str) -> str:
    """This session's key of a training; empty if it has none."""
    return _keys().get(name, "")


def hold(name: str, its_key: str) -> None:
    """Store the key of a training in this session; the next `exchange` also stores it in the browser."""
    state.store(KEYS, _keys() | {name: its_key})


def steers(run: Training) -> bool:
    """Whether this session may pause, continue, end and delete a training."""
    return caches.workshop().owns(run.order.name, key(run.order.name))


def exchange() -> tuple[str, ...]:
    """Copy the keys of this session to the browser, and the browser's keys to this session.

    Returns:
        The trainings whose right keys are new to this session.
    """
    component = st.components.v2.component("s2s_owner", js=kept.component(_OWNER))
    told = component(
        key="owner",
        data={"keys": _keys(), "visitor": visitor(), "heard": _heard()},
        default={"held": None},
        on_held_change=lambda: None,  # a component sends its values only if it has a callback
    )
    return tuple(adopt(told.held))


def adopt(held: object) -> list[str]:
    """Store the right ones of the keys that a browser sends. They are checked, because anybody can send keys.

    Returns:
        The trainings whose right keys are new to this session.
    """
    if not isinstance(held, Mapping):
        return []
    secret = held.get("visitor")
    if isinstance(secret, str) and SECRET.fullmatch(secret):
        state.store(VISITOR, secret)
    found = []
    for name, its_key in (*_entries(held.get("keys")), *_entries(held.get("linked"))):
        if key(name) or (len(_heard()) >= MOST_HEARD and name not in _heard()):
            continue
        state.store(HEARD, tuple(dict.fromkeys((*_heard(), name))))
        if caches.workshop().owns(name, its_key):
            hold(name, its_key)
            found.append(name)
    return found


def _entries(told: object) -> list[tuple[str, str]]:
    """The names and keys that a browser sends, if they have the right form."""
    entries = list(told.items())[:MOST_HEARD] if isinstance(told, Mapping) else []
    return [(name, key) for name, key in entries if isinstance(name, str) and isinstance(key, str)]


def link(run: Training) -> None:
    """The button that copies the owner's link, for another browser. It never shows the key."""
    button = st.components.v2.component("s2s_copy_link", js=kept.component(_COPY_LINK), isolate_styles=False)
    button(
        key="owner_link",
        data={
            "run": run.order.name,
            "key": key(run.order.name),
            "label": _("Copy the owner's link"),
            "copied": _("Copied: whoever has it can steer"),
            "failed": _("Not copied: the browser does not allow it"),
        },
    )


def _keys() -> dict[str, str]:
    keys: dict[str, str] = state.stored(KEYS) or {}
    return keys


def _heard() -> tuple[str, ...]:
    heard: tuple[str, ...] = state.stored(HEARD) or ()
    return heard
