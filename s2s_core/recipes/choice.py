"""The few settings that a learner chooses for a model of their own; a recipe sets everything else.

Every choice is also a command line, so a model that was trained on the page Train can be trained again without it.
"""

import dataclasses
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from s2s_core.arguments import SEEDS
from s2s_core.config import PEEPHOLES
from s2s_core.described import described
from s2s_core.errors import DataError, InvalidConfig, UnknownName, shown
from s2s_core.recipes.own import DROPOUT, LR, own_pairs
from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.shipped import RECIPES
from s2s_core.registry import ATTENTIONS, CELLS, CONTEXTS
from s2s_core.tasks import Names

OWN = "own"
"""The name of the task whose pairs come from the learner's own file."""

TASKS_OFFERED = ("dates", "reverse", "ko-pronounce", "pronounce", OWN)
SIZES = (32, 64, 128, 256)
STEPS = (300, 1000, 2000, 4000)
LAYERS = (1, 2, 3)
RATES = (0.0003, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01)
"""The learning rates that are offered."""
MOST_DROPOUT = 0.5
TOKENIZERS_OFFERED = ("unigram", "words", "characters")
"""The tokenizers for a file of the learner's own. The first one, subword pieces, is the default."""
VOCABULARIES = (1000, 2000, 4000, 8000)
USUAL_VOCABULARY = 4000

_ATTENTION = "attention"  # the one context in the registry that is not fixed
_SNAPSHOTS = 12  # of a training
_VALIDATIONS = 10  # of a training
_PROBES = 40  # of a training
_HELD_OUT = 1000  # pairs for validation, and pairs for scoring: few, because a classroom waits for both
_RATES = (1e-5, 0.1)  # the smallest and the largest learning rate
_VOCABULARY = (300, 32_000)  # the smallest and the largest vocabulary
_SPECIMENS = 4
_OLD_NAMES = {"look": "context"}  # fields that had another name in JSON of older versions
_LONGEST_SPECIMEN = 24  # characters: a longer sentence does not fit into the attention matrix on the page


def contexts() -> tuple[str, ...]:
    """The names of all contexts: the score functions of (13), then the fixed contexts of (8)."""
    return (*ATTENTIONS.names(), *(name for name in CONTEXTS.names() if name != _ATTENTION))


def context_label(context: str) -> str:
    """The English label of one of `contexts`, as it was registered."""
    return (ATTENTIONS if context in ATTENTIONS else CONTEXTS).label(context)


def usual(task: str) -> tuple[float, float]:
    """The default learning rate and dropout of a task.

    Raises:
        UnknownName: if the task is not offered.
    """
    if task == OWN:
        return LR, DROPOUT
    recipe = RECIPES[task]()
    return recipe.train.lr, float(recipe.model.get("dropout", 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The settings of a learner's own model.

    Raises:
        UnknownName, InvalidConfig: if a field does not have a value that its comment allows.
    """

    task: str = "dates"  # of TASKS_OFFERED
    cell: str = "lstm"  # a name of CELLS
    peephole: str = "full"  # of PEEPHOLES; ignored if the cell has none
    bidirectional: bool = True
    context: str = "additive"  # of `contexts`
    size: int = 64  # of SIZES: the hidden size of a direction; the other sizes depend on it
    forcing: float = 1.0  # the teacher-forcing ratio (18), from 0 to 1
    steps: int = 1000  # updates, at most 20,000
    layers: int = 1  # of LAYERS; the encoder and the decoder have the same number
    dropout: float | None = None  # from 0 to MOST_DROPOUT; None: the default of the task, see `usual`
    lr: float | None = None  # Adam's highest learning rate; None: the default of the task, see `usual`
    seed: int = 1
    columns: Names | None = None  # only for a learner's own file: source and target, by name or number from 1
    encoding: str | None = None  # only for a learner's own file; None: UTF-8
    tokenizer: str | None = None  # of TOKENIZERS_OFFERED, only for one's own file; None: pieces if there are enough
    vocab_size: int | None = None  # the most tokens of a side; None: the tokenizer's default. Ignored with characters

    __repr__ = described

    def __post_init__(self) -> None:
        for kind, name, known in (
            ("task", self.task, TASKS_OFFERED),
            ("cell", self.cell, CELLS.names()),
            ("peephole", self.peephole, PEEPHOLES),
            ("context", self.context, contexts()),
        ):
            if name not in known:
                raise UnknownName(kind, shown(name), tuple(known))
        if type(self.bidirectional) is not bool:
            raise InvalidConfig(f"bidirectional is {shown(self.bidirectional)}, must be true or false")
        if type(self.size) is not int or self.size not in SIZES:
            raise InvalidConfig(f"size is {shown(self.size)}, must be one of {', '.join(map(str, SIZES))}")
        if type(self.forcing) not in (int, float) or not 0 <= self.forcing <= 1:
            raise InvalidConfig(f"forcing is {shown(self.forcing)}, must be from 0 to 1")
        if type(self.layers) is not int or self.layers not in LAYERS:
            raise InvalidConfig(f"layers is {shown(self.layers)}, must be one of {', '.join(map(str, LAYERS))}")
        for field, value, (least, most) in (
            ("dropout", self.dropout, (0, MOST_DROPOUT)),
            ("lr", self.lr, _RATES),
        ):
            if value is not None and (type(value) not in (int, float) or not least <= value <= most):
                raise InvalidConfig(f"{field} is {shown(value)}, must be from {least:g} to {most:g}")
        if self.tokenizer is not None and self.tokenizer not in TOKENIZERS_OFFERED:
            raise UnknownName("tokenizer", shown(self.tokenizer), TOKENIZERS_OFFERED)
        least, most = _VOCABULARY
        if self.vocab_size is not None and (type(self.vocab_size) is not int or not least <= self.vocab_size <= most):
            raise InvalidConfig(f"vocab_size is {shown(self.vocab_size)}, must be from {least} to {most:,}")
        if type(self.steps) is not int or not 1 <= self.steps <= 20_000:
            raise InvalidConfig(f"steps is {shown(self.steps)}, must be from 1 to 20,000")
        if type(self.seed) is not int or not 0 <= self.seed <= SEEDS:
            raise InvalidConfig(f"seed is {shown(self.seed)}, must be a whole number from 0 to {SEEDS}")

    @property
    def attends(self) -> bool:
        """Whether the decoder has attention, so that every step has a different context."""
        return self.context in ATTENTIONS.names()

    @property
    def vocabulary(self) -> int | None:
        """The most tokens of the source vocabulary and of the target vocabulary; None: the tokenizer decides."""
        if self.tokenizer == "characters" or self.task != OWN:
            return None
        return self.vocab_size or (USUAL_VOCABULARY if self.tokenizer == "words" else None)

    def recipe(self, name: str, pairs: Path | None = None) -> Recipe:
        """The recipe of the model. ``pairs`` is the learner's own file, needed only for the task OWN.

        Raises:
            DataError: if the file cannot be read as pairs, or the task's data is not on this machine.
        """
        if self.task != OWN:
            base = RECIPES[self.task]()
        elif pairs is not None:
            base = own_pairs(
                pairs,
                tokenizer=self.tokenizer,
                vocab_size=self.vocabulary,
                columns=self.columns,
                encoding=self.encoding,
            )
        else:
            raise DataError("to train on pairs of one's own, name their file")
        held_out = base.task.pairs("test", size=200)  # this also raises DataError if there is no data
        short = [pair for pair in held_out if max(len(pair.source), len(pair.target)) <= _LONGEST_SPECIMEN]
        shortest = sorted(held_out, key=lambda pair: len(pair.source) + len(pair.target))
        chosen = [(pair.source, pair.target) for pair in (short or shortest)[:_SPECIMENS]]
        probe = base.train.probe or chosen[0][0]
        train = dataclasses.replace(
            base.train,
            **self._train_fields(),
            epochs=None,
            steps=self.steps,
            seed=self.seed,
            patience=None,
            amp="auto",
            probe=probe,
            probe_every=max(1, self.steps // _PROBES),
            snapshots=_SNAPSHOTS if self.attends else 0,
            specimens=(base.train.specimens or tuple(chosen)) if self.attends else (),
        )
        return dataclasses.replace(
            base,
            name=name,
            title=f"{base.title} ({self.settings})",
            summary=f"{base.summary.rstrip('.')}. Trained by its reader: {self.settings}.",
            train=train,
            model={**base.model, **self._model_fields()},
            dev_size=min(base.dev_size or _HELD_OUT, _HELD_OUT),
            test_size=_HELD_OUT,
            remarks={},
            weaknesses=("Not examined.",),
            half=False,
            shipped=False,
        )

    @property
    def settings(self) -> str:
        """The settings as a text, such as "lstm, peepholes full, both directions, additive, 64"."""
        peephole = [f"peepholes {self.peephole}"] if self.cell == "lstm" else []
        ways = "both directions" if self.bidirectional else "forward"
        more = [f"{self.layers} layers"] if self.layers > 1 else []
        more += [] if self.forcing == 1 else [f"teacher forcing {self.forcing:g}"]
        more += [] if self.dropout is None else [f"dropout {self.dropout:g}"]
        more += [] if self.lr is None else [f"learning rate {self.lr:g}"]
        more += [self.tokenizer] if self.tokenizer and self.task == OWN else []
        more += [f"vocabulary {self.vocabulary}"] if self.vocabulary and self.vocab_size else []
        return ", ".join([self.cell, *peephole, ways, self.context, str(self.size), *more])

    def command(self, folder: str, pairs: str = "") -> str:
        """The command line that trains the same model and saves it in ``folder``; ``pairs`` is the file's name."""
        words = ["python", "-m", "s2s_core", "train", *(self._file(pairs) if self.task == OWN else [self.task])]
        words += ["--steps", str(self.steps), "--seed", str(self.seed), "--out", folder]
        fields = {**self._model_fields(), **self._train_fields(), "patience": None, "amp": "auto"}
        return shlex.join([*words, *(word for name, value in fields.items() for word in ("--set", _set(name, value)))])

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote, in this version or an older one.

        Raises:
            InvalidConfig, UnknownName: if the data is not a choice.
        """
        fields = {_OLD_NAMES.get(name, name): value for name, value in data.items()}
        columns = fields.get("columns")
        try:
            return cls(**(fields | {"columns": columns and (str(columns[0]), str(columns[1]))}))
        except (TypeError, LookupError) as error:
            raise InvalidConfig(f"no such choice: {error}") from error

    def _file(self, pairs: str) -> list[str]:
        """The options of the command line that name the file and how to read it."""
        words = ["--data", pairs]
        words += ["--columns", ",".join(self.columns)] if self.columns else []
        words += ["--encoding", self.encoding] if self.encoding else []
        words += ["--tokenizer", self.tokenizer] if self.tokenizer else []
        return words + (["--vocab-size", str(self.vocabulary)] if self.vocabulary else [])

    def _model_fields(self) -> dict[str, Any]:
        ways = 2 if self.bidirectional else 1
        embedding = max(16, self.size // 2)
        return {
            "cell": self.cell,
            "peephole": self.peephole if self.cell == "lstm" else "none",
            "bidirectional": self.bidirectional,
            "context": _ATTENTION if self.attends else self.context,
            "attention": self.context if self.attends else "additive",
            "embedding_size": embedding,
            "embedding_std": round(embedding**-0.5, 3),
            "encoder_layers": self.layers,
            "decoder_layers": self.layers,
            "encoder_hidden": self.size,
            "decoder_hidden": self.size * ways,  # the size of a joined state, so that the dot product s · h is defined
            "attention_size": self.size,
            "readout_size": self.size,
            **({} if self.dropout is None else {"dropout": self.dropout}),
        }

    def _train_fields(self) -> dict[str, Any]:
        rate = {} if self.lr is None else {"lr": self.lr}
        return {"forcing_start": self.forcing, "validate_every": max(1, self.steps // _VALIDATIONS), **rate}


def _set(name: str, value: Any) -> str:
    return f"{name}={str(value).lower() if isinstance(value, bool) else 'null' if value is None else value}"
