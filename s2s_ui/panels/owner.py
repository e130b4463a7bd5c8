"""Who the reader is to the trainings of this server: the keys that their session holds and their browser keeps.

The browser's own storage keeps them for the next session: after a reload, Back, a phone's lost Wi-Fi or a new start of
the server, owner.js hands them over again. A cookie would go along with every request, and the address is projected
and shared, so a key stands in neither. It leaves the browser in the owner's link only, behind the #: browsers send that
part to no server, and owner.js takes it out of the address as soon as it is opened.
"""

from collections.abc import Mapping

import streamlit as st

from s2s_ui import kept
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _
from s2s_ui.workshop import SECRET, Training, new_secret

_OWNER, _COPY_LINK = kept.of(__package__, "owner.js"), kept.of(__package__, "copy_link.js")
KEYS = "training keys"  # in the session: name of a training -> its key, of those that are right
VISITOR = "visitor"  # in the session: the secret that says whose share of the disk a training takes
HEARD = "keys heard"  # in the session: the names of trainings whose keys the browser has told, right or wrong
MOST_HEARD = 64  # names; owner.js keeps 32 keys, and a browser that tells more is none of ours


def visitor() -> str:
    """The secret of this visitor: their browser's, or a new one as long as it has told none."""
    if state.stored(VISITOR) is None:
        state.store(VISITOR, new_secret())
    secret: str = state.stored(VISITOR)
    return secret


def key(name: str) -> str:
    """The key of a training that this session holds; empty if it holds none."""
    return _keys().get(name, "")


def hold(name: str, its_key: str) -> None:
    """Keep the key of a training in this session; with the next `exchange` the browser keeps it too."""
    state.store(KEYS, _keys() | {name: its_key})


def steers(run: Training) -> bool:
    """Whether this session may pause, continue, end and delete a training."""
    return caches.workshop().owns(run.order.name, key(run.order.name))


def exchange() -> tuple[str, ...]:
    """Let the browser keep what this session holds, and this session hold what the browser kept.

    Returns:
        The trainings whose right keys came just now.
    """
    component = st.components.v2.component("s2s_owner", js=kept.component(_OWNER))
    told = component(
        key="owner",
        data={"keys": _keys(), "visitor": visitor(), "heard": _heard()},
        default={"held": None},
        on_held_change=lambda: None,  # a component tells its values only where somebody hears them
    )
    return tuple(adopt(told.held))


def adopt(held: object) -> list[str]:
    """Take over what a browser says it holds, as far as it is right: whoever sends it may have made it up.

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
    """The names and keys that a browser tells, if they may be some."""
    entries = list(told.items())[:MOST_HEARD] if isinstance(told, Mapping) else []
    return [(name, key) for name, key in entries if isinstance(name, str) and isinstance(key, str)]


def link(run: Training) -> None:
    """The button that copies the link with which the owner steers from another browser. It never shows the key."""
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
