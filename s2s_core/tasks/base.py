"""The interface of a task: where its pairs come from, which of them are held out, and how its outputs are scored."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar, Literal, get_args

from s2s_core.errors import DataError
from s2s_core.metrics import exact_match
from s2s_core.pair import Link, Pair
from s2s_core.remark import Remark
from s2s_core.tasks.count import Count

__all__ = ["SPLITS", "Link", "Pair", "Split", "Task", "split_of"]

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)


def split_of(key: str, *, test: int = 5, dev: int = 5) -> Split:
    """The one split that `key` belongs to, by its hash alone: `test` percent, `dev` percent, the rest train.

    It does not depend on a seed, a size or other keys, so a pair that is held out once is always held out.
    """
    bucket = hash_of(key) % 100
    return "test" if bucket < test else "dev" if bucket < test + dev else "train"


def hash_of(key: str) -> int:
    """A number of 64 bits that depends on `key` alone, on every machine."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class Task(ABC):
    """A source of pairs. Its splits are disjoint."""

    name: ClassVar[str]
    title: str  # for a menu, e.g. "Date → ISO"
    src_tokenizer: str = "characters"  # names in the registry of tokenizers
    tgt_tokenizer: str = "characters"
    metric: str = "exact"  # the entry of `score` that a training run watches; higher is better
    beam_size: int = 1  # beam size for the scores in addition to greedy decoding; 1: only greedy
    aligner: str = ""  # the statistical aligner that `linked` asks; "": the links are known without one
    earlier: ClassVar[str | None] = None  # the task's name in earlier versions, which had other splits
    count: Count | None = None  # how the rows of a file were used, and why some were left out
    options: tuple[str, ...] = ()  # options of the command line that give the same pairs
    examples: tuple[str, ...]  # texts to offer as a first input

    @abstractmethod
    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """`size` pairs of a split (None: the task's default), the same for the same seed."""

    def pairs_of_all_lengths(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        """Pairs to measure quality by length. A task that can join its texts also gives longer ones than usual."""
        return self.pairs(split, size=size, seed=seed)

    def words(self) -> frozenset[str] | None:
        """All words of its texts, in lower case and without accents; None if any word is possible."""
        return None

    def is_own(self, text: str) -> bool:
        """Whether a rule says that a text clearly belongs to this task, also with other words around it."""
        return False

    def remarks(self, text: str, output: str | None = None) -> tuple[Remark, ...]:
        """The remarks that follow from rules about a text and, if it is given, about a model's output for it."""
        return ()

    def by_rule(self) -> list[Pair]:
        """Held-out pairs that each show one rule of the task; the rule is their group. Empty if there are no rules."""
        return []

    def aligned(self, text: str, answer: str) -> Pair | None:
        """The pair of a text and a right answer, with its links; None if the task does not know them."""
        return None

    def linked(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs, with links for scoring attention if there are any."""
        return list(pairs)

    def reading(self, path: Path, columns: tuple[str, str] | None = None, encoding: str | None = None) -> "Task":
        """The same task on the pairs of a file. Its columns (source, target) and its encoding may be given.

        Raises:
            DataError: if the task makes its own pairs, or the file cannot be read as pairs.
            UnknownName: for an encoding that is not known.
        """
        raise DataError(f"the task {self.name} makes its own pairs: leave out --data")

    def score(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> dict[str, float]:
        """Exact match in percent, over all pairs as "exact" and over each named group as "exact/<group>"."""
        references = [pair.answers for pair in pairs]
        scores = {"exact": exact_match(outputs, references)}
        for group in sorted({pair.group for pair in pairs} - {""}):
            chosen = [i for i, pair in enumerate(pairs) if pair.group == group]
            hits = exact_match([outputs[i] for i in chosen], [references[i] for i in chosen])
            scores[f"exact/{group}"] = hits
        return scores
