"""What went wrong or has to be said, as one sentence in the language of the session, with the remedy in it."""

import re
from collections.abc import Sequence

from s2s_core import Trace, Translator
from s2s_core.errors import CheckpointError, DataError, EmptyText, TextTooLong, UnknownName
from s2s_ui.cached import BadReference
from s2s_ui.i18n import _, ngettext
from s2s_ui.link import BadParameter

MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
UNJOINED = "\N{WORD JOINER}"
MAX_QUOTED = 24
"""Of a long quotation a sentence shows so many characters."""


def sentence(problem: Exception | BadParameter) -> str:
    """The sentence for an error of the core or a parameter of the address."""
    match problem:
        case BadParameter(name=name, value=value):
            return _("The link says {name}={value}, which means nothing here, so it was left out.").format(
                name=name, value=quoted(value)
            )
        case UnknownName(kind="model", name=name, known=known):
            return _("There is no model {name}; there are {known}.").format(name=quoted(name), known=", ".join(known))
        case BadReference(cause=EmptyText()):
            return _("The reference is empty: type the correct answer.")
        case BadReference(cause=TextTooLong(length=length, limit=limit)):
            return _("The reference has {length} characters and the model writes at most {limit}: shorten it.").format(
                length=length, limit=limit
            )
        case BadReference(cause=cause):
            return str(cause)
        case EmptyText():
            return _("There is nothing to read: type a sentence or choose an example.")
        case TextTooLong(length=length, limit=limit, unit="characters"):
            return _("The text has {length} characters and the model reads at most {limit}: shorten it.").format(
                length=length, limit=limit
            )
        case TextTooLong(length=length, limit=limit):
            return _("The text has {length} tokens and the model reads at most {limit}: shorten it.").format(
                length=length, limit=limit
            )
        case DataError(message=reason):
            return _("The change does not fit this model and sentence ({reason}): take it back.").format(reason=reason)
        case CheckpointError(reason=reason):
            return _("The model cannot be loaded: {reason}.").format(reason=reason)
        case _:
            return str(problem)


def unknown_characters(trace: Trace, model: Translator) -> str | None:
    """That the text or the reference has characters the model has never seen, or None."""
    pieces = _unknown(trace.text, trace.src_offsets, trace.src_unknown)
    if trace.reference is not None:
        reference = model.encode_reference(trace.reference)
        pieces += _unknown(trace.reference, reference.offsets, reference.unknown)
    distinct = list(dict.fromkeys(pieces))
    if not distinct:
        return None
    return ngettext(
        "The model has never seen {characters}, so it reads an unknown mark there.",
        "The model has never seen {characters}, so it reads unknown marks there.",
        len(distinct),
    ).format(characters=quoted(" ".join(distinct)))


def stand_in(reference: str, *, slip: bool) -> str:
    """What an empty reference field shows: what stands in for it."""
    said = (
        _("{reference} (the model's answer, one token changed)") if slip else _("{reference} (the model's own answer)")
    )
    return said.format(reference=reference)


def literal(text: str) -> str:
    """Text as Markdown that shows it as it is: marks are escaped, and a colon begins no :name: of colours and icons."""
    return MARKUP.sub(lambda mark: f"\\{mark[0]}{UNJOINED if mark[0] == ':' else ''}", text)


def quoted(text: str) -> str:
    """Text of the reader's in quotation marks, on one line and not too long."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 1] + '…'}”"


def _unknown(text: str, offsets: Sequence[tuple[int, int]], unknown: Sequence[bool]) -> list[str]:
    """What stands in the text where the model reads an unknown mark."""
    return [text[start:end] for (start, end), flag in zip(offsets, unknown, strict=True) if flag]
