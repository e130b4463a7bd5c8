"""A recipe: everything that makes a checkpoint, from the task's name to the sentences on its card."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import torch

from s2s_core.config import ModelConfig
from s2s_core.described import described
from s2s_core.errors import InvalidConfig, shown
from s2s_core.randomness import drawn_from
from s2s_core.registry import TOKENIZERS
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tasks import Pair, Task
from s2s_core.threads import passing
from s2s_core.tokenizer import VocabularyTooSmall
from s2s_core.training import TrainConfig
from s2s_core.translator import ModelInfo, Translator

MOST_PAIRS = 10_000_000
_OF_A_SIDE = {"source": ("encoder.embedding.",), "target": ("decoder.embedding.", "decoder.output.")}  # a row a token


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is trained, on what, and how. `start` makes the untrained model and its data.

    Raises:
        InvalidConfig: for an invalid size.
    """

    name: str  # of the checkpoint's folder
    title: str  # for a menu, e.g. "Date → ISO"
    summary: str  # the card's first paragraph
    task: Task
    train: TrainConfig
    model: Mapping[str, Any] = field(
        default_factory=dict
    )  # ModelConfig's fields; vocabulary sizes follow from the text
    train_size: int | None = None  # pairs; None: the task's default
    dev_size: int | None = None
    test_size: int | None = None  # pairs that the card's scores are measured on
    src_tokenizer: str | None = None  # a name of TOKENIZERS; None: the task's own
    tgt_tokenizer: str | None = None
    vocab_size: int | None = None  # most tokens of each side; None: the tokenizer's default
    data: str  # text for the card: where the data comes from, and its licence
    weaknesses: tuple[str, ...]  # text for the card: what the model gets wrong
    remarks: Mapping[str, str] = field(default_factory=dict)  # further sections of the card: heading -> Markdown
    parent: str = ""  # the recipe of the checkpoint that the training starts from; "": random weights
    inherits: tuple[str, ...] = ("source", "target")  # the sides whose vocabulary is the parent's
    cut: tuple[str, ...] = ()  # inherited sides whose vocabulary is cut down to the training pairs' tokens
    base: str = ""  # the recipe from which this one differs in one thing
    findings: str = ""  # text for the card: differences from the base, in one training of each
    half: bool = False  # float16 on disk
    shipped: bool = False  # whether the checkpoint comes with the program

    __repr__ = described

    def __post_init__(self) -> None:
        for name in ("train_size", "dev_size", "test_size", "vocab_size"):
            size = getattr(self, name)
            if size is not None and (type(size) is not int or not 1 <= size <= MOST_PAIRS):
                raise InvalidConfig(f"{name} is {shown(size)}, must be a whole number from 1 to {MOST_PAIRS:,}")

    def with_seed(self, seed: int) -> "Recipe":
        """The same recipe from another seed: other data, initial weights and order."""
        return dataclasses.replace(self, train=dataclasses.replace(self.train, seed=seed))


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """An untrained translator with the pairs to train and to validate it on."""

    translator: Translator
    train_pairs: list[Pair]
    dev_pairs: list[Pair]

    __repr__ = described


def start(recipe: Recipe, parent: Translator | None = None) -> Experiment:
    """Draw the data, learn the vocabularies from the training pairs, and initialise the network, all from the seed.

    With a ``parent``, the inherited vocabularies and all weights of the same name and shape are the parent's. If a side
    has a new or a cut vocabulary, the embeddings of the tokens that both have are copied (transfer learning: Zoph et
    al. 2016, "Transfer learning for low-resource neural machine translation").

    Raises:
        UnknownName, InvalidConfig: for a tokenizer or a model that does not exist, or if the recipe needs a parent and
            there is none, or none of its weights fits.
        DataError: if the task has no text, or a package for its scores is not installed (MissingPackage).
    """
    seed, task = recipe.train.seed, recipe.task
    require_model(recipe)
    if recipe.parent and parent is None:
        raise InvalidConfig(
            f"{recipe.name} goes on from {recipe.parent}: train that first, and name its folder with --from"
        )
    train_pairs = task.pairs("train", size=recipe.train_size, seed=seed)
    dev_pairs = task.pairs("dev", size=recipe.dev_size, seed=seed)
    task.score(dev_pairs[:1], [pair.target for pair in dev_pairs[:1]])  # raises now if a package for scoring is missing
    inherited = recipe.inherits if parent else ()
    source = parent.src_tokenizer if parent and "source" in inherited else None
    target = parent.tgt_tokenizer if parent and "target" in inherited else None
    if source and "source" in recipe.cut:
        source = source.cut_to(passing(pair.source for pair in train_pairs))
    if target and "target" in recipe.cut:
        target = target.cut_to(passing(pair.target for pair in train_pairs))
    try:
        source = source or TOKENIZERS[recipe.src_tokenizer or task.src_tokenizer].train(
            passing(pair.source for pair in train_pairs), vocab_size=recipe.vocab_size
        )
        target = target or TOKENIZERS[recipe.tgt_tokenizer or task.tgt_tokenizer].train(
            passing(pair.target for pair in train_pairs), vocab_size=recipe.vocab_size
        )
    except VocabularyTooSmall as error:
        raise InvalidConfig(f"{error}: give --vocab-size {error.needs}, or --tokenizer characters") from error
    config = _config(recipe, source.vocab_size, target.vocab_size)
    with drawn_from(seed, "weights"):
        net = Seq2Seq(config)
    plain = Translator(net=net, src_tokenizer=source, tgt_tokenizer=target)
    if parent:
        _inherit(plain, parent, tuple(side for side in inherited if side not in recipe.cut))
    known = (pair.source for pair in train_pairs if plain.reads(pair.source))  # if all examples are too long
    examples = tuple(text for text in task.examples if plain.reads(text)) or tuple(islice(known, 1))
    info = ModelInfo(name=recipe.name, title=recipe.title, task=task.name, examples=examples)
    translator = dataclasses.replace(plain, info=info)
    return Experiment(translator=translator, train_pairs=train_pairs, dev_pairs=dev_pairs)


def _inherit(translator: Translator, parent: Translator, sides: tuple[str, ...]) -> None:
    """Copy the parent's weights of the same name and shape; with another vocabulary, the rows of the common tokens."""
    taken = False
    known, kin = parent.net.state_dict(), {side: _in_both(translator, parent, side) for side in _OF_A_SIDE}
    with torch.no_grad():
        for name, parameter in translator.net.named_parameters():
            side = next((side for side, prefixes in _OF_A_SIDE.items() if name.startswith(prefixes)), "")
            if name not in known or known[name].shape[1:] != parameter.shape[1:]:
                continue
            if side and side not in sides:
                own, theirs = kin[side]
                parameter[own] = known[name][theirs]
            elif known[name].shape == parameter.shape:
                parameter.copy_(known[name])
                taken = True
    if not taken:
        raise InvalidConfig(f"no weight of {parent.info.name} fits: the model has other sizes")


def _in_both(translator: Translator, parent: Translator, side: str) -> tuple[list[int], list[int]]:
    """The common tokens of two vocabularies of one side: their ids in the first, and their ids in the second."""
    own, theirs = (one.src_tokenizer if side == "source" else one.tgt_tokenizer for one in (translator, parent))
    if type(own) is not type(theirs):  # tokens that look equal may mean different things
        return [], []
    places = {theirs.token(id): id for id in range(theirs.vocab_size)}
    common = [id for id in range(own.vocab_size) if own.token(id) in places]
    return common, [places[own.token(id)] for id in common]


def require_model(recipe: Recipe) -> None:
    """Check that the model can be built, before data is drawn and vocabularies are learnt.

    Raises:
        UnknownName, InvalidConfig: if it cannot.
    """
    _config(recipe, 1, 1)


def _config(recipe: Recipe, src_vocab_size: int, tgt_vocab_size: int) -> ModelConfig:
    try:
        return ModelConfig(**{"src_vocab_size": src_vocab_size, "tgt_vocab_size": tgt_vocab_size, **recipe.model})
    except TypeError as error:
        raise InvalidConfig(f"no such model: {error}") from error
