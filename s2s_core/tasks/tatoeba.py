"""Everyday sentences of Tatoeba and their translations, from files with two columns; English is the first.

www.manythings.org/anki makes such files from the sentences of tatoeba.org (CC BY 2.0 FR). Many English sentences have
several translations. Newer files have a third column, which is not read.
"""

import random
from pathlib import Path
from typing import ClassVar, Self

import regex

from s2s_core.errors import DataError
from s2s_core.pair import Pair
from s2s_core.registry import TASKS
from s2s_core.tasks.as_typed import as_typed
from s2s_core.tasks.base import Split
from s2s_core.tasks.columns import Names
from s2s_core.tasks.pairs import FileTask
from s2s_core.tasks.splits import words

_HANGUL = regex.compile(r"\p{Hangul}")


@TASKS.register("en-fr")
class EnglishFrenchTask(FileTask):
    """English to French: more than a hundred thousand sentences, so a small share is enough for measuring.

    With ``typed``, a part of the training pairs is changed to the way people type, see `as_typed`.
    """

    name = "en-fr"
    title = "English → French"
    held_back = (2, 1)
    examples = (
        "I like the red car.",
        "The little girl gave her brother a green apple.",
        "Have you seen my new glasses?",
        "We did not go to school today because it was snowing.",
        "He never drinks black coffee in the evening.",
        "My parents live in a small white house near the sea.",
        "She wants to learn French before she moves to Paris.",
        "Can you tell me where the station is?",
        "I think that the old man knows the answer.",
        "They will give it to him tomorrow.",
    )

    def __init__(
        self,
        *,
        path: str | Path | None = None,
        columns: Names | None = None,
        encoding: str | None = None,
        typed: bool = True,
    ) -> None:
        super().__init__(path=path, columns=columns, encoding=encoding)
        self.typed = typed

    def reading(self, path: Path, columns: Names | None = None, encoding: str | None = None) -> Self:
        return type(self)(path=path, columns=columns, encoding=encoding, typed=self.typed)

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        chosen = super().pairs(split, size=size, seed=seed)
        if split != "train" or not self.typed:
            return chosen
        draw, held = random.Random(f"as typed {seed}"), self._held()
        changed = [as_typed(pair, draw) for pair in chosen]
        return [
            pair if {words(other.source), words(other.target)} & held else other
            for pair, other in zip(chosen, changed, strict=True)
        ]

    def _held(self) -> set[str]:
        """The keys (`splits.words`) of all held-out sentences of both languages; no pair may become one of them."""
        held = [pair for split in ("dev", "test") for pair in self._splits[split]]
        return {words(text) for pair in held for text in (pair.source, *pair.answers)}


@TASKS.register("en-ko")
class EnglishKoreanTask(FileTask):
    """English to Korean: a few thousand sentences."""

    name = "en-ko"
    title = "English → Korean"
    examples = (
        "I like apples.",
        "She is my sister.",
        "Where do you live?",
        "Tom is reading a book.",
        "I don't know what to do.",
        "It is very cold today.",
    )


@TASKS.register("ko-en")
class KoreanEnglishTask(FileTask):
    """Korean to English: the same sentences with source and target exchanged."""

    name = "ko-en"
    title = "Korean → English"
    places = (1, 0)
    examples = (
        "나는 프랑스어를 할 수 있어.",
        "너 어디에 살아?",
        "나는 어제 집에 있었어.",
        "톰은 책을 읽고 있어.",
        "나는 사과를 좋아해.",
        "오늘은 정말 춥다.",
    )


@TASKS.register("to-en")
class ToEnglishTask(FileTask):
    """French and Korean to English, from one file with the pairs of both. The Korean model starts from this training.

    ``cat en-fr.tsv.gz en-ko.tsv.gz > both.tsv.gz`` joins two such files. The held-out Korean sentences are the same as
    in `KoreanEnglishTask`. A French pair is not trained on if its English is an answer of a held-out pair. In training,
    every Korean pair comes ``OFTEN`` times, because there are many more French pairs.
    """

    name = "to-en"
    title = "French and Korean → English"
    places = (1, 0)
    examples = ("J'aime la voiture rouge.", *KoreanEnglishTask.examples[:5])
    OFTEN: ClassVar[int] = 6

    def __init__(
        self, *, path: str | Path | None = None, columns: Names | None = None, encoding: str | None = None
    ) -> None:
        super().__init__(path=path, columns=columns, encoding=encoding)
        if path is not None and not any(_HANGUL.search(pair.source) for pair in self._splits["test"]):
            raise DataError(f"{Path(path).name} has no Korean: name a file with the pairs of both languages")

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        chosen = super().pairs(split, seed=seed)
        if split == "train":
            chosen += (self.OFTEN - 1) * [pair for pair in chosen if _HANGUL.search(pair.source)]
            random.Random(f"pairs of both {seed}").shuffle(chosen)
        return chosen[:size]
