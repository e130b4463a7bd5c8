"""Specimens: texts that a class types. They are written by hand and never trained on: one file per task, in
tests/specimens of a checkout.

README.md there explains the columns. The answers of every shipped model are in experiments/specimens.csv, so every
answer that a new training changes can be seen. A model's card has its share of right answers, and its wrong answers.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from s2s_core.described import described
from s2s_core.errors import DataError
from s2s_core.evaluation import attention
from s2s_core.home import HOME
from s2s_core.pair import Pair
from s2s_core.recipes.compared import WIDTH
from s2s_core.recipes.markdown import Code, table
from s2s_core.recipes.rows import read_rows, write_rows
from s2s_core.registry import TASKS
from s2s_core.tasks import FileTask, SynopsisTask
from s2s_core.tasks.splits import words as same_words
from s2s_core.tokenizer import Encoding
from s2s_core.translator import Translator

FOLDER = HOME / "tests" / "specimens"
TABLE = HOME / "experiments" / "specimens.csv"
HEADER = ("text", "answers", "remark", "attention", "why")
GAP = "…"  # in a right answer: any words, or none
ANY = "any"  # a remark of whatever kind
REFUSED = "refused"  # the text cannot be read, and an error says so
_CHOICE = re.compile(r"\{([^{}]*)\}")
_NUMBERED = re.compile(r"(.+)#(\d+)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A text, and what is right as answer, remark and attention."""

    text: str
    answers: tuple[str, ...]  # any of them is right; empty if no answer is right and a remark has to say so
    remark: str  # the kind of remark that must stand beside the answer, or ANY, or REFUSED; "" for none
    attention: tuple[tuple[Span, Span], ...]  # a part of the first answer, and its source

    __repr__ = described


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A model's answer to a specimen: one line of the table."""

    model: str
    fingerprint: str  # of the model's checkpoint
    text: str
    expected: str  # the first right answer; "" if no answer is right
    answer: str
    remarks: str  # the kinds of the remarks, separated by spaces
    right: int  # 1 if the answer is right, and also the remark if one is needed
    met: int  # parts of the answer with the attention on the right part of the text
    parts: int  # the number of known parts; 0 for a model without attention


def read(path: Path) -> tuple[Specimen, ...]:
    """The specimens of a file.

    Raises:
        DataError: if the file has errors; the message names the text.
    """
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    header, *rows = (tuple(line.split("\t")) for line in lines)
    if header != HEADER:
        raise DataError(f"{path} begins with the columns {', '.join(header)}, must have {', '.join(HEADER)}")
    return tuple(_specimen(path, row) for row in rows)


def specimens(task: str) -> tuple[Specimen, ...]:
    """The specimens of a task by its name; empty if there is no file for it, or this is not a checkout."""
    path = FOLDER / f"{task}.tsv"
    return read(path) if path.exists() else ()


def _specimen(path: Path, row: tuple[str, ...]) -> Specimen:
    if len(row) != len(HEADER):
        raise DataError(f"{path}, {row[0]!r}: {len(row)} columns, must be {len(HEADER)}")
    text, answers, remark, places, _ = row
    right = tuple(one for written in answers.split(" / ") if written for one in _written_out(written))
    if not right and not remark:
        raise DataError(f"{path}, {text!r}: neither an answer nor a remark is right")
    pairs = [part.split("<", 1) for part in places.split("; ") if part]
    try:
        attended = tuple((_span(right[0], target), _span(text, source)) for target, source in pairs)
    except (ValueError, IndexError):
        raise DataError(f"{path}, {text!r}: attention names what stands in neither text nor answer") from None
    return Specimen(text, right, remark, attended)


def _written_out(answer: str) -> list[str]:
    """Expand choices in braces: "{a|b} c" is "a c" and "b c"."""
    parts = _CHOICE.split(answer)  # every second one is a choice
    ways = itertools.product(*(part.split("|") if place % 2 else [part] for place, part in enumerate(parts)))
    return ["".join(way) for way in ways]


def _span(text: str, part: str) -> Span:
    """The position of a part in a text: as a separate word if possible; with #n at its end, the n-th occurrence."""
    numbered = _NUMBERED.fullmatch(part)
    part, number = (numbered[1], int(numbered[2])) if numbered else (part, 1)
    found = list(re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", text)) or list(re.finditer(re.escape(part), text))
    if len(found) < number:
        raise ValueError(part)
    return found[number - 1].span()


def accepts(task: str, specimen: Specimen, answer: str) -> bool:
    """Whether an answer is one of the right ones. In sentences, marks and capitals do not count.

    GAP in a right answer stands for any words, or none.
    """
    same = same_words if issubclass(TASKS[task], FileTask | SynopsisTask) else str
    return any(_fits(same(answer), [part and same(part) for part in one.split(GAP)]) for one in specimen.answers)


def _fits(answer: str, parts: Sequence[str]) -> bool:
    """Whether an answer consists of these parts in order, as whole words, with any words between them."""
    pattern = ".*".join(part and rf"(?<!\S){re.escape(part)}(?!\S)" for part in parts)
    return re.fullmatch(pattern, answer) is not None


def ask(translator: Translator, chosen: Sequence[Specimen]) -> list[Asked]:
    """Run greedy decoding on the specimens, in their order; for right answers, also compare the attention."""
    info = translator.info
    readable = [one for one in chosen if translator.reads(one.text)]
    answers = dict(zip(readable, translator.answers([one.text for one in readable]), strict=True))
    attended = _attended(translator, [one for one in readable if one.attention])
    asked = []
    for one in chosen:
        answer = answers.get(one)
        kinds = [remark.kind for remark in answer.remarks] if answer else [REFUSED]
        said = not one.remark or one.remark in kinds or (one.remark == ANY and bool(kinds))
        output = answer.output if answer else ""
        right = said and (not one.answers or accepts(info.task, one, output))
        met = attended.get(one.text, [])
        asked.append(
            Asked(
                model=info.name,
                fingerprint=info.fingerprint,
                text=one.text,
                expected=one.answers[0] if one.answers else "",
                answer=output,
                remarks=" ".join(kinds),
                right=int(right),
                met=sum(met),
                parts=len(met),
            )
        )
    return asked


def _attended(translator: Translator, chosen: Sequence[Specimen]) -> dict[str, list[bool]]:
    """For each text: whether attention is right for each known part, with the first right answer fed step by step."""
    pairs = {Pair(one.text, one.answers[0]): one for one in chosen}
    takes = [pair for pair in pairs if translator.takes(pair)]
    return {
        pair.source: [_meets(weights.argmax(axis=1).tolist(), source, target, *part) for part in pairs[pair].attention]
        for pair, source, target, weights in attention(translator, takes)
    }


def _meets(largest: Sequence[int], source: Encoding, target: Encoding, part: Span, origin: Span) -> bool:
    """Whether at least half of a part's tokens have their largest weight on a token of its origin."""
    steps = [step for step, span in enumerate(target.offsets) if _overlap(span, part)]
    on_it = [
        place < len(source) and _overlap(source.offsets[place], origin) for place in map(largest.__getitem__, steps)
    ]
    return bool(steps) and 2 * sum(on_it) >= len(steps)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def write_table(asked: Iterable[Asked], path: Path = TABLE) -> None:
    """Replace the table.

    Raises:
        CannotWrite: if it cannot be written; the old table stays.
    """
    write_rows(Asked, asked, path)


def read_table(path: Path = TABLE) -> tuple[Asked, ...]:
    """Every line of the table; empty if there is no such file.

    Raises:
        DataError: if the file is not such a table.
    """
    return read_rows(Asked, path, "specimens")


def section(asked: Sequence[Asked], task: str) -> str:
    """The card's section, in Markdown: the share of right answers, and the wrong answers."""
    right, met, parts = (sum(getattr(line, name) for line in asked) for name in ("right", "met", "parts"))
    sentences = [
        f"What a class types, written by hand and never trained on (`tests/specimens/{task}.tsv`), by greedy decoding: "
        f"{right} of {len(asked)} are answered as they should be."
    ]
    if parts:
        sentences.append(f"Of {parts} parts of answers whose place in the text is plain, attention meets {met}.")
    sentences.append("Again: `python -m s2s_core.recipes`.")
    wrong = [line for line in asked if not line.right]
    rows = [(Code(line.text), Code(line.answer), _wanted(line)) for line in wrong]
    words = fill(" ".join(sentences), WIDTH, break_on_hyphens=False, break_long_words=False)
    return "\n\n".join([words, *([table(("typed", "answer", "right would be"), rows)] if rows else [])])


def _wanted(line: Asked) -> str:
    return Code(line.expected) if line.expected else "a remark"
