"""Translations of the reasons that the core and the operating system give in English.

The core's sentences about checkpoints and edits are for the people who made them. In another language, readers get the
sentence without the reason, so that no sentence is in two languages.
"""

from s2s_ui.locales import N_, SOURCE_LANGUAGE
from s2s_ui.session import state
from s2s_ui.session.i18n import _

KNOWN = (
    # of the system, when a file cannot be written
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Read-only file system"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("File name too long"),
    N_("Too many open files"),
    N_("Input/output error"),
    N_("Stale file handle"),
    # of the core, when a training cannot save
    N_("no disk takes that name"),
    N_("the link leads in a circle"),
    N_("something else than a checkpoint is there already"),
    N_("a disk is mounted there, which cannot be replaced: name a folder in it"),
    N_("something else is saving there"),
)
"""Every reason that has a translation."""


def translated(reason: str) -> str | None:
    """A reason in the language of the session, or None if it has no translation."""
    if state.language() == SOURCE_LANGUAGE:
        return reason
    return _(reason) if reason in KNOWN else None
