"""Multi30k (Elliott et al. 2016), German to English: its files, and the pieces that both sides cut words into."""

import gzip
from dataclasses import dataclass
from pathlib import Path

from s2s_core.errors import DataError
from s2s_core.pair import Pair
from s2s_core.tokenizer import UnigramTokenizer

SOURCE, TARGET = "de", "en"
FILES = {"train": "train", "dev": "val", "test": "test_2016_flickr"}
PIECES = 4000  # a side


@dataclass(frozen=True, slots=True)
class Corpus:
    """The pairs of the three splits, and a tokenizer a side."""

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    test: tuple[Pair, ...]
    source: UnigramTokenizer
    target: UnigramTokenizer

    @classmethod
    def read(cls, folder: Path) -> "Corpus":
        """The files `train.de.gz`, `train.en.gz` and so on of a folder.

        A training pair is left out where one of its sentences stands in the test split.

        Raises:
            DataError: where a file is missing, or two that belong together differ in length.
        """
        splits = {split: _pairs(folder, stem) for split, stem in FILES.items()}
        sources, targets = ({getattr(pair, side) for pair in splits["test"]} for side in ("source", "target"))
        train = tuple(p for p in splits["train"] if p.source not in sources and p.target not in targets)
        return cls(
            train=train,
            dev=splits["dev"],
            test=splits["test"],
            source=UnigramTokenizer.train([pair.source for pair in train], vocab_size=PIECES),
            target=UnigramTokenizer.train([pair.target for pair in train], vocab_size=PIECES),
        )


def _pairs(folder: Path, stem: str) -> tuple[Pair, ...]:
    sides = []
    for language in (SOURCE, TARGET):
        path = folder / f"{stem}.{language}.gz"
        try:
            sides.append(gzip.decompress(path.read_bytes()).decode("utf-8").splitlines())
        except FileNotFoundError:
            raise DataError(f"there is no {path}: --data names the folder of Multi30k's files") from None
    if len(sides[0]) != len(sides[1]):
        raise DataError(f"{stem} has {len(sides[0])} lines of {SOURCE} and {len(sides[1])} of {TARGET}")
    return tuple(Pair(*lines) for lines in zip(*sides, strict=True))
