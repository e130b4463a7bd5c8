"""`train`: make a checkpoint from a recipe or from a file of pairs."""

import dataclasses
import json as json_format
import shlex
from pathlib import Path
from typing import Annotated, Any, get_origin

import typer

from s2s_core import checkpoint
from s2s_core.checkpoint import resolve_device
from s2s_core.cli.options import Columns, Data, FileEncoding, Json, column_names
from s2s_core.cli.watch import Watch
from s2s_core.config import ModelConfig
from s2s_core.errors import CannotWrite, InvalidConfig, UnknownName, shown
from s2s_core.home import INSTALLED
from s2s_core.recipes import RECIPES, Recipe, own_pairs, run
from s2s_core.training import TrainConfig, joined

MODEL_FIELDS = {field.name: field for field in dataclasses.fields(ModelConfig) if "vocab_size" not in field.name}
TRAIN_FIELDS = {field.name: field for field in dataclasses.fields(TrainConfig)}
FIELDS = MODEL_FIELDS | TRAIN_FIELDS
_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a name"}


def train_command(
    recipe: Annotated[str | None, typer.Argument(help=f"One of {', '.join(RECIPES)}; or give --data.")] = None,
    data: Data = None,
    columns: Columns = None,
    encoding: FileEncoding = None,
    tokenizer: Annotated[str | None, typer.Option(help="characters, words, bpe or unigram, for both sides.")] = None,
    vocab_size: Annotated[int | None, typer.Option(min=1, help="Tokens a side, at most.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Updates.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the data, instead of --steps.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Any other field of the model or the run.")
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="MODEL", help="A model to go on from: weights and vocabularies."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The checkpoint's folder.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a checkpoint that is there.")] = False,
    json: Json = False,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, cuda or mps.")] = "auto",
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="The same seed gives the same model.")] = None,
) -> None:
    """Train a model, score it on held-out pairs, and write its card.

    Ctrl-C saves a complete checkpoint; the same command with `--resume` continues from there.

    Examples:
    - `python -m s2s_core train dates --out runs/dates`
    - `python -m s2s_core train reverse --seed 7 --set peephole=none`
    - `python -m s2s_core train reverse --set encoder_layers=2 --set decoder_layers=2 --set dropout=0.2`
    - `python -m s2s_core train en-fr --data pairs.tsv.gz`
    - `torchrun --nproc_per_node=2 -m s2s_core train dates --out runs/dates` (on two processes, the same numbers)
    - `python -m s2s_core train --data my.tsv --tokenizer unigram --vocab-size 4000 --epochs 8`
    - `python -m s2s_core train ko-en --data pairs.tsv.gz --from runs/to-en` (with what that model has learnt)
    - `python -m s2s_core train --data my.csv --columns en,fr --set encoder_hidden=256 --set lr=0.0015`
    - `python -m s2s_core train --data sentences.tsv --columns 2,4 --encoding cp949` (the second and the fourth column)
    """
    if recipe is None and data is None:
        raise typer.BadParameter("give a recipe's name, or pairs of your own with --data", param_hint="RECIPE")
    if recipe and (tokenizer or vocab_size):
        raise typer.BadParameter("a recipe has its own --tokenizer and --vocab-size", param_hint="RECIPE")
    if from_ and (tokenizer or vocab_size):
        raise typer.BadParameter("a model has its own --tokenizer and --vocab-size", param_hint="--from")
    if columns and data is None:
        raise typer.BadParameter("--columns goes with --data", param_hint="--columns")
    if encoding and data is None:
        raise typer.BadParameter("--encoding goes with --data", param_hint="--encoding")
    chosen = _recipe(recipe, data, column_names(columns), encoding, tokenizer, vocab_size)
    parent = checkpoint.load(checkpoint.locate(from_)) if from_ else None
    if parent and recipe is None:  # a recipe for a file of pairs names no parent
        sizes = parent.net.config.to_json()
        chosen = dataclasses.replace(chosen, model={name: sizes[name] for name in MODEL_FIELDS})
    chosen = _changed(chosen, steps=steps, epochs=epochs, device=device, seed=seed, settings=set_ or [])
    folder = out or (checkpoint.SHIPPED if chosen.shipped and not INSTALLED else Path("runs")) / chosen.name
    if checkpoint.is_checkpoint(folder) and not (resume or overwrite):
        raise InvalidConfig(f"{folder} is there already: give --overwrite, --resume, or another --out")
    options = {"--from": from_, "--tokenizer": tokenizer, "--vocab-size": vocab_size}
    options |= {"--steps": steps, "--epochs": epochs, "--seed": chosen.train.seed}
    command = ["python", "-m", "s2s_core", "train", *([recipe] if recipe else []), *chosen.task.options]
    command += [word for name, value in options.items() if value is not None for word in (name, str(value))]
    command += [word for setting in set_ or [] for word in ("--set", setting)]
    hint = f"the same command with --resume goes on from {folder}"
    watch = Watch(json=json, resume_hint=hint, about=chosen.task.count.sentences() if chosen.task.count else ())
    try:
        with joined(resolve_device(chosen.train.device)):
            code = watch.follow(run(chosen, folder, command=shlex.join(command), resume=resume, parent=parent))
    except CannotWrite as error:
        if checkpoint.is_unfinished(folder):
            raise InvalidConfig(f"{error}: {hint}") from error
        raise
    raise typer.Exit(code)


def _recipe(
    name: str | None,
    data: Path | None,
    columns: tuple[str, str] | None,
    encoding: str | None,
    tokenizer: str | None,
    vocab_size: int | None,
) -> Recipe:
    if name is None:
        return own_pairs(data or Path(), tokenizer=tokenizer, vocab_size=vocab_size, columns=columns, encoding=encoding)
    recipe = RECIPES[name]()
    return recipe if data is None else dataclasses.replace(recipe, task=recipe.task.reading(data, columns, encoding))


def _changed(
    recipe: Recipe, *, steps: int | None, epochs: int | None, device: str, seed: int | None, settings: list[str]
) -> Recipe:
    """The recipe, changed by the options of the command line."""
    train: dict[str, Any] = {"device": device}
    model = dict(recipe.model)
    if steps is not None or epochs is not None:
        train |= {"steps": steps, "epochs": epochs}
    if seed is not None:
        train["seed"] = seed
    more_model, more_train = parsed(settings)
    model, train = model | more_model, train | more_train
    return dataclasses.replace(recipe, model=model, train=dataclasses.replace(recipe.train, **train))


def parsed(settings: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of the model, and the fields of the run, that the given FIELD=VALUE texts set.

    Raises:
        UnknownName, InvalidConfig: if there is no such field, or it cannot have this value.
    """
    model: dict[str, Any] = {}
    train: dict[str, Any] = {}
    for setting in settings:
        name, separator, text = setting.partition("=")
        if not separator or name not in FIELDS:
            raise UnknownName("setting", shown(setting), tuple(f"{field}=..." for field in FIELDS))
        (train if name in TRAIN_FIELDS else model)[name] = _value(FIELDS[name], text)
    return model, train


def _value(field: dataclasses.Field[Any], text: str) -> Any:
    """The value for a field: a number, true, false, null or a list as in JSON; any other text is a name.

    Raises:
        InvalidConfig: if the field takes another kind of value.
    """
    try:
        value = json_format.loads(text)
    except (ValueError, RecursionError):
        value = text
    value = tuple(value) if isinstance(value, list) else value
    kind: Any = get_origin(field.type) if get_origin(field.type) is tuple else field.type
    fits = type(value) in (int, float) if kind is float else isinstance(value, kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        expected = _KINDS.get(getattr(kind, "__name__", ""), str(field.type))
        raise InvalidConfig(f"{field.name} takes {expected}, not {shown(repr(text))}")
    return value
