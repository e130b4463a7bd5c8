"""A remark about a text or an output that is not an error: a kind, and its facts.

`s2s_core.remarks` gathers them. All callers show the same ones: the screens in the session's language, the command line
in English.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from s2s_core.characters import code_of, is_seen, name_of
from s2s_core.described import described

MAX_QUOTED = 24
"""A longer quotation in a sentence is cut to so many characters."""

MAX_NAMED = 4  # characters that are named one by one

OfTheModel = Literal["nearest", "unknown", "bytes", "script", "spelt", "cut"]
ByRule = Literal["words", "missing", "several", "ambiguous", "impossible", "weekday", "differs", "malformed"]
Kind = OfTheModel | ByRule


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark; `str` is its sentence.

    Kinds that a model's vocabulary gives:

    - "nearest": the model has never seen `pieces` and reads each as the same entry of `read`: I as i, é as e.
    - "unknown": the model reads an unknown mark instead of each of `pieces`.
    - "bytes": the model has never seen `pieces` and reads them byte by byte.
    - "script": the same, and it has never seen any character of the pieces' `scripts`.
    - "spelt": `pieces` are words that the model reads nearly letter by letter: it has learnt no long part of them.
    - "cut": the output is not complete; it was cut off after `tokens`, the most that was allowed.
    - "words": `pieces` are words that are in none of its training texts.

    Kinds that a task's rules give, and their `pieces`:

    - "missing": what the text does not say ("year", "month", "day", "century").
    - "several": none; the text says more than one thing.
    - "ambiguous": the written form, and each way to read it.
    - "impossible": the thing that does not exist.
    - "weekday": a date, and the wrong name of its weekday.
    - "differs": the right output.
    - "malformed": the output, which does not have the form of an output.
    """

    kind: Kind
    pieces: tuple[str, ...] = ()  # as they were typed, each once
    scripts: tuple[str, ...] = ()  # the scripts of which the vocabulary has no character
    tokens: int = 0
    read: tuple[str, ...] = ()  # what is read instead of each piece

    __repr__ = described

    def __str__(self) -> str:
        match self.kind:
            case "cut":
                return f"The output is cut off after {self.tokens} tokens, the most that it may have."
            case "script":
                return f"The model has never seen {' or '.join(self.scripts)}, so its answer is a guess."
            case "nearest":
                return f"The model has never seen {listed(self.pieces)}, so it reads {listed(self.read)} there."
            case "spelt":
                words = listed(self.pieces)
                return f"The model has learnt no long part of {words}, so it reads nearly letter by letter there."
            case "words":
                return f"The model has never seen the word{'s' * (len(self.pieces) > 1)} {listed(self.pieces)}."
            case "missing" if self.pieces == ("century",):
                return "The year has two digits, and the model writes four: it guesses the century."
            case "missing" if len(self.pieces) > 2:
                return "The text names no date, so the answer is a guess."
            case "missing":
                return f"The text names no {' and no '.join(self.pieces)}, so the model makes it up."
            case "several":
                return "The text has more than one date, and the model writes one."
            case "ambiguous":
                *others, last = self.pieces[1:]
                return f"{quoted(self.pieces[0])} can be read as {', '.join(others)} or {last}."
            case "impossible":
                return f"There is no day {self.pieces[0]}."
            case "weekday":
                return f"{self.pieces[0]} is not a {quoted(self.pieces[1])}."
            case "differs":
                return f"By rule the text says {self.pieces[0]}."
            case "malformed":
                return f"The output {quoted(self.pieces[0])} is no date."
            case "bytes":
                return f"The model has never seen {listed(self.pieces)}, so it reads bytes there."
            case "unknown":
                marks = "unknown marks" if len(self.pieces) > 1 else "an unknown mark"
                return f"The model has never seen {listed(self.pieces)}, so it reads {marks} there."

    def to_json(self) -> dict[str, Any]:
        """Its sentence and its facts, as plain data."""
        facts = {name: value for name, value in asdict(self).items() if value}
        return {"sentence": str(self), **facts}


def listed(pieces: Sequence[str], word: Callable[[str], str] = str) -> str:
    """Pieces of a text in one pair of quotation marks; invisible pieces are shown by their Unicode names.

    `word` translates such a name into the reader's language.
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
