"""Read the facts of a model card for a menu: its first clause, the scores over all pairs, the settings of the run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from s2s_core.described import described

_CLAUSE = re.compile(r".*?(?=[.:](?:\s|$))", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BAR = re.compile(r"(?<!\\)\|")
_PAIRS = re.compile(r"([0-9][0-9,]*) held-out pairs")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a card. A card's text may be edited; a fact that it lacks is empty."""

    gist: str = ""  # what the model does, in the first clause of its summary
    pairs: int = 0  # held-out pairs that the scores were measured on
    scores: Mapping[str, float] = field(default_factory=dict)  # of all pairs, greedy: "exact", "bleu", "per"; percent
    settings: Mapping[str, str] = field(default_factory=dict)  # of the run and of the model, as the card writes them

    __repr__ = described


def facts(card: str) -> Facts:
    """The facts of a card that `render` wrote."""
    sections = dict(_sections(card))
    found = _PAIRS.search(sections.get("Scores", ""))
    return Facts(
        gist=gist(sections.get("", "")),
        pairs=int(found[1].replace(",", "")) if found else 0,
        scores=_scores(_rows(sections.get("Scores", ""))),
        settings={row[0]: row[1].strip("`") for row in _rows(sections.get("Training", "")) if len(row) == 2},
    )


def gist(summary: str) -> str:
    """The first clause of a summary, on one line: up to its first full stop or colon."""
    line = " ".join(summary.split())
    found = _CLAUSE.match(line)
    return found[0] if found else line


def _sections(card: str) -> list[tuple[str, str]]:
    """Heading and text of every section; the summary's heading is empty."""
    first, *others = re.split(r"^## ", card, flags=re.MULTILINE)
    summary = re.sub(r"\A# .*\n", "", first)
    return [
        ("", summary.strip()),
        *((head.strip(), text) for head, _, text in (part.partition("\n") for part in others)),
    ]


def _rows(text: str) -> list[list[str]]:
    """The cells of every line of a table as `markdown.table` writes it, without the line between head and body."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    cells = [[_ESCAPED.sub(r"\1", cell.strip()) for cell in _BAR.split(line)[1:-1]] for line in lines]
    return [row for row in cells if not all(set(cell) <= {"-"} and cell for cell in row)]


def _scores(rows: list[list[str]]) -> dict[str, float]:
    head = next((row for row in rows if "pairs" in row), [])
    of_all = next((row for row in rows if row[:1] == ["all"]), [])
    scores = {}
    for name, value in zip(head, of_all, strict=False):
        try:
            scores[name.removesuffix(" %")] = float(value)
        except ValueError:
            continue  # the first column, or a score that was not measured
    return scores
