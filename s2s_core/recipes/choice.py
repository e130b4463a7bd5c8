"""What a learner chooses before training a model of their own: a few things; the rest is a recipe's.

Every choice is also a command line, so what was trained on a screen can be trained again without one.
"""

import dataclasses
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from s2s_core.arguments import SEEDS
from s2s_core.config import PEEPHOLES
from s2s_core.errors import DataError, InvalidConfig, UnknownName, shown
from s2s_core.recipes.own import DROPOUT, LR, own_pairs
from s2s_core.recipes.recipe import Recipe
from s2s_core.recipes.shipped import RECIPES
from s2s_core.registry import ATTENTIONS, CELLS, CONTEXTS
from s2s_core.tasks import Names

OWN = "own"
"""The task of a file of one's own."""

TASKS_OFFERED = ("dates", "reverse", "ko-pronounce", "pronounce", OWN)
SIZES = (32, 64, 128, 256)
STEPS = (300, 1000, 2000, 4000)
LAYERS = (1, 2, 3)
RATES = (0.0003, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01)
"""Learning rates that are offered."""
MOST_DROPOUT = 0.5
TOKENIZERS_OFFERED = ("unigram", "words", "characters")
"""How texts of one's own are cut up: into pieces, where nothing else is chosen."""
VOCABULARIES = (1000, 2000, 4000, 8000)
USUAL_VOCABULARY = 4000

_ATTENTION = "attention"  # the context that is none of the fixed ones
_LOOKS = 12  # snapshots of a run
_VALIDATIONS = 10
_PROBES = 40
_HELD_OUT = 1000  # pairs to validate on, and to score: a classroom waits for both
_RATES = (1e-5, 0.1)
_VOCABULARY = (300, 32_000)
_SPECIMENS = 4
_LONGEST_SPECIMEN = 24  # characters: what a matrix has room for


def looks() -> tuple[str, ...]:
    """Where a context may come from, by name: the score functions of (13), then the fixed contexts of (8)."""
    return (*ATTENTIONS.names(), *(name for name in CONTEXTS.names() if name != _ATTENTION))


def look_label(look: str) -> str:
    """What a screen calls one of `looks`, in English: the label it was registered with."""
    return (ATTENTIONS if look in ATTENTIONS else CONTEXTS).label(look)


def usual(task: str) -> tuple[float, float]:
    """The learning rate and the dropout of a task, where none is chosen.

    Raises:
        UnknownName: for a task that is not offered.
    """
    if task == OWN:
        return LR, DROPOUT
    recipe = RECIPES[task]()
    return recipe.train.lr, float(recipe.model.get("dropout", 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A model of one's own.

    Raises:
        UnknownName, InvalidConfig: where a field is none of what its comment says.
    """

    task: str = "dates"  # of TASKS_OFFERED
    cell: str = "lstm"  # a name of CELLS
    peephole: str = "full"  # of PEEPHOLES; not read with a cell that has none
    bidirectional: bool = True
    look: str = "additive"  # of `looks`
    size: int = 64  # of SIZES: the hidden states of a direction, and what goes with them
    forcing: float = 1.0  # the teacher-forcing ratio, (18)
    steps: int = 1000  # updates, at most 20,000
    layers: int = 1  # of LAYERS: of the encoder and of the decoder
    dropout: float | None = None  # from 0 to MOST_DROPOUT; None: as is usual for the task
    lr: float | None = None  # Adam's learning rate at its peak; None: as is usual for the task
    seed: int = 1
    columns: Names | None = None  # of a file of one's own: source and target, by name or number from 1
    encoding: str | None = None  # of a file of one's own; None: UTF-8
    tokenizer: str | None = None  # of TOKENIZERS_OFFERED, for a file of one's own; None: pieces, where it has any
    vocab_size: int | None = None  # tokens a side, at most; None: as is usual. Not read with characters

    def __post_init__(self) -> None:
        for kind, name, known in (
            ("task", self.task, TASKS_OFFERED),
            ("cell", self.cell, CELLS.names()),
            ("peephole", self.peephole, PEEPHOLES),
            ("context", self.look, looks()),
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
        """Whether every step has a context of its own."""
        return self.look in ATTENTIONS.names()

    @property
    def vocabulary(self) -> int | None:
        """Tokens a side, at most; None: as the tokenizer decides."""
        if self.tokenizer == "characters" or self.task != OWN:
            return None
        return self.vocab_size or (USUAL_VOCABULARY if self.tokenizer == "words" else None)

    def recipe(self, name: str, pairs: Path | None = None) -> Recipe:
        """How the model is made; ``pairs`` is the file, where the task is one's own.

        Raises:
            DataError: where the file cannot be read as pairs, or the task's data is not on this machine.
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
        held_out = base.task.pairs("test", size=200)  # also the proof that there is data
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
            snapshots=_LOOKS if self.attends else 0,
            specimens=(base.train.specimens or tuple(chosen)) if self.attends else (),
        )
        return dataclasses.replace(
            base,
            name=name,
            title=f"{base.title} ({self.told})",
            summary=f"{base.summary.rstrip('.')}. Trained by its reader: {self.told}.",
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
    def told(self) -> str:
        """What sets it apart, in the field's words: "lstm, peepholes full, both directions, additive, 64"."""
        peephole = [f"peepholes {self.peephole}"] if self.cell == "lstm" else []
        ways = "both directions" if self.bidirectional else "forward"
        more = [f"{self.layers} layers"] if self.layers > 1 else []
        more += [] if self.forcing == 1 else [f"teacher forcing {self.forcing:g}"]
        more += [] if self.dropout is None else [f"dropout {self.dropout:g}"]
        more += [] if self.lr is None else [f"learning rate {self.lr:g}"]
        more += [self.tokenizer] if self.tokenizer and self.task == OWN else []
        more += [f"vocabulary {self.vocabulary}"] if self.vocabulary and self.vocab_size else []
        return ", ".join([self.cell, *peephole, ways, self.look, str(self.size), *more])

    def command(self, folder: str, pairs: str = "") -> str:
        """The command line that trains the same model into a folder."""
        words = ["python", "-m", "s2s_core", "train", *(self._file(pairs) if self.task == OWN else [self.task])]
        words += ["--steps", str(self.steps), "--seed", str(self.seed), "--out", folder]
        fields = {**self._model_fields(), **self._train_fields(), "patience": None, "amp": "auto"}
        return shlex.join([*words, *(word for name, value in fields.items() for word in ("--set", _set(name, value)))])

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            InvalidConfig, UnknownName: where it is something else.
        """
        columns = data.get("columns")
        try:
            return cls(**(data | {"columns": columns and (str(columns[0]), str(columns[1]))}))
        except (TypeError, LookupError) as error:
            raise InvalidConfig(f"no such choice: {error}") from error

    def _file(self, pairs: str) -> list[str]:
        """The options of the command line that name the file and say how it is read."""
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
            "context": _ATTENTION if self.attends else self.look,
            "attention": self.look if self.attends else "additive",
            "embedding_size": embedding,
            "embedding_std": round(embedding**-0.5, 3),
            "encoder_layers": self.layers,
            "decoder_layers": self.layers,
            "encoder_hidden": self.size,
            "decoder_hidden": self.size * ways,  # the joined states' size, which a product s · h needs
            "attention_size": self.size,
            "readout_size": self.size,
            **({} if self.dropout is None else {"dropout": self.dropout}),
        }

    def _train_fields(self) -> dict[str, Any]:
        rate = {} if self.lr is None else {"lr": self.lr}
        return {"forcing_start": self.forcing, "validate_every": max(1, self.steps // _VALIDATIONS), **rate}


def _set(name: str, value: Any) -> str:
    return f"{name}={str(value).lower() if isinstance(value, bool) else 'null' if value is None else value}"
