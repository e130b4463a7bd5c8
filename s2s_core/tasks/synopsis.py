"""Summarisation: the long description of a Debian package to its synopsis of one line.

The descriptions are in apt's index of packages on a Debian machine; `apt-get -o Acquire::Languages=en update` downloads
it. Packages that are built from one source have similar descriptions, so they are all in one split.
"""

import functools
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from s2s_core.errors import DataError
from s2s_core.metrics import rouge_l
from s2s_core.pair import Pair
from s2s_core.registry import TASKS
from s2s_core.tasks.base import SPLITS, Split, Task, split_of
from s2s_core.tasks.splits import words
from s2s_core.threads import passing

LISTS = Path("/var/lib/apt/lists")
READER = Path("/usr/lib/apt/apt-helper")  # reads apt's files, compressed or not
MOST_WORDS = 60  # of a description; longer ones are left out
MOST_SYNOPSIS_WORDS = 12
_PACKAGES, _DESCRIPTIONS = "*_main_binary-*_Packages*", "*_main_i18n_Translation-en*"
_NAME = re.compile(r"\s*Package: (\S+)")
_SOURCE = re.compile(r"^Source: (\S+)", re.MULTILINE)
_DESCRIPTION = re.compile(r"Package: (\S+)\nDescription-md5: \S+\nDescription-en: (.*)\n((?: .*\n?)+)")
_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)


@TASKS.register("synopsis")
class SynopsisTask(Task):
    """The description of a package, in one line, to its synopsis.

    ``path`` is the folder of apt's lists.

    Raises:
        DataError: when pairs are asked for, if there are no descriptions.
    """

    name = "synopsis"
    title = "Description → synopsis"
    src_tokenizer = tgt_tokenizer = "unigram"
    metric = "rouge_l"
    beam_size = 5
    examples = (
        "A small program that shows the weather of your town in the terminal.",
        "This library reads and writes images in many formats. This package contains the development files.",
        "A puzzle game in which you push boxes to their places.",
        "This package provides a Python module to read and write spreadsheets.",
        "A fast and simple text editor with syntax highlighting.",
    )

    def __init__(self, *, path: str | Path = LISTS) -> None:
        self.path = Path(path)
        self.options: tuple[str, ...] = () if self.path == LISTS else ("--data", self.path.name)

    def reading(
        self, path: Path, columns: tuple[str, str] | None = None, encoding: str | None = None
    ) -> "SynopsisTask":
        return type(self)(path=path)

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """The first `size` pairs of the split in a random order given by the seed.

        Raises:
            DataError: if there are no descriptions.
        """
        chosen = list(_pairs(self.path)[split])
        random.Random(f"synopsis {split} {seed}").shuffle(chosen)
        return chosen[:size]

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """ROUGE-L of the outputs and, to compare, of the lead: the first sentence, at most as long as a synopsis."""
        references = [pair.target for pair in pairs]
        leads = [lead(pair.source) for pair in pairs]
        found = {"rouge_l": rouge_l(outputs, references), "lead_rouge_l": rouge_l(leads, references)}
        return super().score(pairs, outputs) | found


def lead(text: str) -> str:
    """The first sentence, at most MOST_SYNOPSIS_WORDS words: a baseline for summaries."""
    first = _SENTENCE.match(text)
    return " ".join((first[0] if first else text).split()[:MOST_SYNOPSIS_WORDS])


@functools.cache
def _pairs(lists: Path) -> dict[Split, list[Pair]]:
    """The pairs of each split, in the order of the index. No training pair has a held-out text or synopsis."""
    source_of: dict[str, str] = {}
    for stanza in _stanzas(lists, _PACKAGES):
        if package := _NAME.match(stanza):
            source = _SOURCE.search(stanza)
            source_of[package[1]] = source[1] if source else package[1]
    found: dict[Split, dict[Pair, None]] = {split: {} for split in SPLITS}
    for stanza in _stanzas(lists, _DESCRIPTIONS):
        if described := _DESCRIPTION.fullmatch(stanza.rstrip()):
            name, synopsis, lines = described.groups()
            text = " ".join(word for word in lines.split() if word != ".")
            if len(text.split()) <= MOST_WORDS and len(synopsis.split()) <= MOST_SYNOPSIS_WORDS:
                found[split_of(source_of.get(name, name))][Pair(text, " ".join(synopsis.split()))] = None
    if not all(found.values()):
        raise DataError(
            f"no descriptions of Debian packages in {lists}: on Debian, `apt-get -o Acquire::Languages=en update` "
            "fetches them"
        )
    held = {words(text) for split in ("dev", "test") for pair in found[split] for text in (pair.source, pair.target)}
    training = [pair for pair in passing(found["train"]) if not {words(pair.source), words(pair.target)} & held]
    return {"train": training, "dev": list(found["dev"]), "test": list(found["test"])}


def _stanzas(lists: Path, pattern: str) -> Iterator[str]:
    """The stanzas of all lists that match ``pattern``; empty if apt is not installed."""
    for path in sorted(lists.glob(pattern)) if READER.exists() else ():
        read = subprocess.run([READER, "cat-file", path], capture_output=True, check=False)
        yield from passing(read.stdout.decode("utf-8", "replace").split("\n\n"))
