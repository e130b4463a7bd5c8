"""Remarks about a text for a model, and about its output, where neither of them is an error.

A model has an output for every text, even with characters or a script that were not in its training data, or if the
output is longer than its maximum. All callers show the same remarks: the screens in the session's language, the command
line in English.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from s2s_core.characters import code_of, is_seen, name_of, script_of
from s2s_core.described import described
from s2s_core.tokenizer import Encoding, Tokenizer

MAX_QUOTED = 24
"""A longer quotation in a sentence is cut to so many characters."""

MAX_NAMED = 4  # characters that are named one by one

Kind = Literal["unknown", "bytes", "script", "cut"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark; `str` is its sentence.

    "unknown": there are `pieces` in whose place the model reads an unknown mark. "bytes": there are pieces that it
    has never seen and reads byte by byte. "script": the same, all of them of `scripts` that it has never seen
    anything of. "cut": the output ends after `tokens`, the most that was allowed, and not because it is complete.
    """

    kind: Kind
    pieces: tuple[str, ...] = ()  # as they were typed, each once
    scripts: tuple[str, ...] = ()  # of the pieces, those that the vocabulary has no character of
    tokens: int = 0

    __repr__ = described

    def __str__(self) -> str:
        if self.kind == "cut":
            return f"The output is cut off after {self.tokens} tokens, the most that it may have."
        if self.kind == "script":
            return f"The model has never seen {' or '.join(self.scripts)}, so its answer is a guess."
        what = "bytes" if self.kind == "bytes" else "unknown marks" if len(self.pieces) > 1 else "an unknown mark"
        return f"The model has never seen {listed(self.pieces)}, so it reads {what} there."

    def to_json(self) -> dict[str, Any]:
        """Its sentence and its facts, as plain data."""
        facts = {name: value for name, value in asdict(self).items() if value}
        return {"sentence": str(self), **facts}


def remarks(
    texts: Iterable[tuple[str, Encoding, Tokenizer]], *, written: int = 0, ended: bool = True
) -> tuple[Remark, ...]:
    """All remarks about some texts and an output.

    Args:
        texts: what the model reads, each with its tokens and the tokenizer that made them: a source, a reference.
        written: how many tokens the output has.
        ended: whether the model ended it by itself.
    """
    unknown: list[str] = []
    spelt: list[str] = []
    foreign: list[str] = []
    learnt: set[str] = set()
    for text, encoding, tokenizer in texts:
        learnt |= tokenizer.scripts
        for id, (start, end), is_unknown in zip(encoding.ids, encoding.offsets, encoding.unknown, strict=True):
            if is_unknown:
                unknown.append(text[start:end])
            elif tokenizer.spells(id):
                known = tokenizer.scripts.issuperset(_scripts([text[start:end]]))
                (spelt if known else foreign).append(text[start:end])
    said = (
        Remark("unknown", _once(unknown), tuple(script for script in _scripts(unknown) if script not in learnt)),
        Remark("script", _once(foreign), tuple(script for script in _scripts(foreign) if script not in learnt)),
        Remark("bytes", _once(spelt)),
    )
    cut = () if ended else (Remark("cut", tokens=written),)
    return (*(remark for remark in said if remark.pieces), *cut)


def listed(pieces: Sequence[str], word: Callable[[str], str] = str) -> str:
    """Pieces of a text in one pair of quotation marks; those in which there is nothing to see by their names.

    `word` is what a name is called in the reader's language.
    """
    seen = [piece for piece in pieces if is_seen(piece)]
    names = [_named(piece, word) for piece in pieces if not is_seen(piece)]
    shown = [*([quoted(" ".join(seen))] if seen else []), *names[:MAX_NAMED]]
    return ", ".join(shown if len(names) <= MAX_NAMED else [*shown, "…"])


def _named(piece: str, word: Callable[[str], str]) -> str:
    names = ((word(name_of(character)), code_of(character)) for character in piece[:MAX_NAMED])
    return " + ".join(f"{name} ({code})" if name else code for name, code in names)


def quoted(text: str) -> str:
    """Text of the reader's in quotation marks, on one line and not too long."""
    line = " ".join(text[: 8 * MAX_QUOTED].split())
    return f"“{line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 1] + '…'}”"


def _once(pieces: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pieces))


def _scripts(pieces: Iterable[str]) -> tuple[str, ...]:
    """The scripts of some pieces, each once, in the order of the text."""
    found = (script_of(character) for piece in pieces for character in piece)
    return tuple(dict.fromkeys(script for script in found if script is not None))
