"""Errors and remarks as one sentence in the language of the session, with a remedy."""

import re
from collections.abc import Iterable, Sequence
from typing import get_args

from s2s_core import Trace, Translator
from s2s_core.errors import CheckpointError, DataError, EmptyText, NotBrought, TextTooLong, UnknownName
from s2s_core.remark import OfTheModel, Remark, listed
from s2s_core.remark import quoted as quoted
from s2s_ui.locales import N_
from s2s_ui.session import reasons
from s2s_ui.session.address import BadParameter
from s2s_ui.session.i18n import _, ngettext
from s2s_ui.session.letters import NAMES, SCRIPTS
from s2s_ui.session.request import BadReference

FIELDS = {"year": N_("year"), "month": N_("month"), "day": N_("day"), "century": N_("century")}
"""The names of the parts of a date in remarks."""

MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
UNJOINED = "\N{WORD JOINER}"


def sentence(problem: Exception | BadParameter) -> str:
    """The sentence for an error of the core or a parameter of the address."""
    match problem:
        case BadParameter(name=name, value=value):
            return _("The link says {name}={value}, which means nothing here, so it was left out.").format(
                name=name, value=quoted(value)
            )
        case NotBrought(name=name, known=known):
            return _("The model {name} is not here yet: `seq2scope fetch` brings it; there are {known}.").format(
                name=quoted(name), known=", ".join(known)
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
            return with_reason(
                reason,
                _("The change does not fit this model and sentence ({reason}): take it back."),
                _("The change does not fit this model and sentence: take it back."),
            )
        case CheckpointError(reason=reason):
            return with_reason(
                reason,
                _("The model cannot be loaded: {reason}."),
                _("The model cannot be loaded: its files are damaged, or were not made by this program."),
            )
        case _:
            return str(problem)


def sentences(problems: Iterable[Exception | BadParameter]) -> str | None:
    """The sentences for all of these, one after the other; None if there are none."""
    return " ".join(map(sentence, problems)) or None


def with_reason(reason: str, sentence: str, without: str) -> str:
    """A sentence with its reason; if the reason has no translation in the session's language, ``without`` it."""
    known = reasons.translated(reason)
    return without if known is None else sentence.format(reason=known)


def remarks(trace: Trace, model: Translator, *, by_rule: bool = True) -> str | None:
    """The remarks about a model's input and output as one text, or None; those of its task only if ``by_rule``."""
    said = (remark for remark in model.remarks_on(trace) if by_rule or remark.kind in get_args(OfTheModel))
    return " ".join(map(_remark, said)) or None


def _remark(remark: Remark) -> str:
    """One remark as a sentence."""
    characters = _listed(remark.pieces)
    match remark.kind:
        case "script":
            scripts = _(" or ").join(_(SCRIPTS.get(script, script)) for script in remark.scripts)
            return _("The model has never seen {scripts}, so its answer is a guess.").format(scripts=scripts)
        case "bytes":
            sentence = _("The model has never seen {characters}, so it reads bytes there.")
            return sentence.format(characters=characters)
        case "cut":
            return _("The output is cut off after {tokens} tokens, the most that it may have.").format(
                tokens=remark.tokens
            )
        case "unknown":
            return ngettext(
                "The model has never seen {characters}, so it reads an unknown mark there.",
                "The model has never seen {characters}, so it reads unknown marks there.",
                len(remark.pieces),
            ).format(characters=characters)
        case "nearest":
            sentence = _("The model has never seen {characters}, so it reads {read} there.")
            return sentence.format(characters=characters, read=_listed(remark.read))
        case "spelt":
            sentence = _("The model has learnt no long part of {words}, so it reads nearly letter by letter there.")
            return sentence.format(words=characters)
        case "words":
            sentence = ngettext(
                "The model has never seen the word {words}.",
                "The model has never seen the words {words}.",
                len(remark.pieces),
            )
            return sentence.format(words=characters)
        case "missing":
            return _missing(remark.pieces)
        case _:
            return _of_a_day(remark)


def _missing(parts: Sequence[str]) -> str:
    """The sentence about missing parts of a date."""
    if tuple(parts) == ("century",):
        return _("The year has two digits, and the model writes four: it guesses the century.")
    if len(parts) > 2:
        return _("The text names no date, so the answer is a guess.")
    named = _(" and no ").join(_(FIELDS[part]) for part in parts)
    return _("The text names no {parts}, so the model makes it up.").format(parts=named)


def _of_a_day(remark: Remark) -> str:
    """The sentence about a problem with a text's date, or with the output."""
    first, *others = remark.pieces or ("",)
    match remark.kind:
        case "several":
            return _("The text has more than one date, and the model writes one.")
        case "ambiguous":
            readings = _(" or ").join(filter(None, (", ".join(others[:-1]), others[-1])))
            return _("{written} can be read as {readings}.").format(written=quoted(first), readings=readings)
        case "impossible":
            return _("There is no day {day}.").format(day=first)
        case "weekday":
            return _("{day} is not a {name}.").format(day=first, name=quoted(others[0]))
        case "differs":
            return _("By rule the text says {day}.").format(day=first)
        case _:
            return _("The output {output} is no date.").format(output=quoted(first))


def _listed(pieces: Sequence[str]) -> str:
    """Pieces of a text in quotation marks; invisible characters by their names."""
    return listed(pieces, lambda name: _(NAMES.get(name, name)))


def stand_in(reference: str, *, slip: bool) -> str:
    """The placeholder of an empty reference field: the text that is used instead."""
    said = (
        _("{reference} (the model's answer, one token changed)") if slip else _("{reference} (the model's own answer)")
    )
    return said.format(reference=reference)


def literal(text: str) -> str:
    """Markdown that shows a text literally: marks are escaped, and so are colons, which begin the names of icons."""
    return MARKUP.sub(lambda mark: f"\\{mark[0]}{UNJOINED if mark[0] == ':' else ''}", text)
