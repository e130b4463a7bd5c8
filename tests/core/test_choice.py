"""What a learner chooses: every choice is a model that trains, and a command line that trains the same one."""

import dataclasses
import json
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from s2s_core import checkpoint
from s2s_core.cli.main import app
from s2s_core.config import PEEPHOLES
from s2s_core.errors import DataError, InvalidConfig, S2SError, UnknownName
from s2s_core.recipes import (
    LAYERS,
    OWN,
    RATES,
    SIZES,
    TASKS_OFFERED,
    TOKENIZERS_OFFERED,
    VOCABULARIES,
    Choice,
    Evaluated,
    contexts,
    own_pairs,
    run,
    start,
    usual,
)
from s2s_core.recipes import choice as choosing
from s2s_core.registry import ATTENTIONS, CELLS, CONTEXTS, TOKENIZERS
from s2s_core.tasks import reverse
from s2s_core.training import Finished


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.csv"
    path.write_text("".join(f"number {n},{n:b}\n" for n in range(400)), encoding="utf-8")
    return path


@pytest.fixture
def few(monkeypatch):
    """So many letters only as a test has time for."""
    monkeypatch.setattr(choosing, "_HELD_OUT", 20)
    for split, size in (("train", 500), ("dev", 20), ("test", 20)):
        monkeypatch.setitem(reverse.USUAL_SIZES, split, size)


def test_every_score_function_and_every_fixed_context_is_offered():
    assert set(contexts()) == {*ATTENTIONS.names(), *CONTEXTS.names()} - {"attention"}


@pytest.mark.parametrize("bidirectional", [True, False], ids=["both", "forward"])
@pytest.mark.parametrize("context", contexts())
def test_every_context_makes_a_model(context, bidirectional):
    choice = Choice(task="reverse", context=context, bidirectional=bidirectional, size=32)
    recipe = dataclasses.replace(choice.recipe("x"), train_size=20, dev_size=5)
    config = start(recipe).translator.net.config
    assert (config.context, config.bidirectional) == ("attention" if choice.attends else context, bidirectional)
    assert not choice.attends or config.attention == context
    assert (recipe.train.snapshots > 0) == choice.attends


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("peephole", PEEPHOLES)
@pytest.mark.parametrize("cell", CELLS.names())
def test_every_cell_makes_a_model(cell, peephole, size):
    choice = Choice(task="reverse", cell=cell, peephole=peephole, size=size)
    net = start(dataclasses.replace(choice.recipe("x"), train_size=20, dev_size=5)).translator.net
    assert (net.config.cell, net.config.encoder_hidden) == (cell, size)
    assert net.config.peephole == (peephole if cell == "lstm" else "none")


@pytest.mark.parametrize("task", [task for task in TASKS_OFFERED if task != OWN])
def test_every_task_has_a_sentence_to_watch(task):
    if task == "ko-pronounce":
        pytest.importorskip("ko_pron")
    try:
        recipe = Choice(task=task).recipe("x")
    except DataError as error:  # words of a Debian package that a reader may not have
        assert "hunspell-ko" in str(error)
        return
    assert recipe.train.probe and recipe.train.specimens


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("cell", CELLS.names())
@pytest.mark.parametrize("context", ["dot", "last"])
def test_every_number_of_layers_makes_a_model(layers, cell, context):
    choice = Choice(task="reverse", cell=cell, context=context, size=32, layers=layers, dropout=0.1, lr=0.005)
    recipe = dataclasses.replace(choice.recipe("x"), train_size=20, dev_size=5)
    config = start(recipe).translator.net.config
    assert (config.encoder_layers, config.decoder_layers, config.dropout) == (layers, layers, 0.1)
    assert recipe.train.lr == 0.005


@pytest.mark.parametrize("vocab_size", [None, VOCABULARIES[0]])
@pytest.mark.parametrize("tokenizer", [None, *TOKENIZERS_OFFERED])
def test_texts_of_ones_own_are_cut_up_as_chosen(tokenizer, vocab_size, tmp_path):
    path = tmp_path / "many.tsv"
    path.write_text("".join(f"the {n}th of many w{n % 1500}\t{n:x} words\n" for n in range(3000)), encoding="utf-8")
    choice = Choice(task=OWN, size=32, tokenizer=tokenizer, vocab_size=vocab_size)
    translator = start(choice.recipe("x", path)).translator
    for part in (translator.src_tokenizer, translator.tgt_tokenizer):
        assert part.name == (tokenizer or "unigram")
        assert part.vocab_size <= (vocab_size or 4000)
    assert ("--vocab-size" in choice.command("x", path.name)) == (
        tokenizer != "characters" and (vocab_size is not None or tokenizer == "words")
    )


def test_a_tokenizer_is_of_pairs_of_ones_own_and_is_not_read_with_a_task():
    plain, chosen = Choice(task="reverse"), Choice(task="reverse", tokenizer="words", vocab_size=1000)
    assert chosen.command("x") == plain.command("x") and chosen.settings == plain.settings
    assert chosen.recipe("x").src_tokenizer == plain.recipe("x").src_tokenizer


@pytest.mark.parametrize("task", TASKS_OFFERED)
def test_what_is_usual_for_a_task_is_what_an_order_without_a_choice_trains_with(task, pairs):
    if task == "ko-pronounce":
        pytest.importorskip("ko_pron")
    try:
        recipe = Choice(task=task).recipe("x", pairs)
    except DataError as error:  # words of a Debian package that a reader may not have
        assert "hunspell-ko" in str(error)
        return
    assert usual(task) == (recipe.train.lr, recipe.model.get("dropout", 0.0))
    assert usual(task)[0] in RATES, "the screen can show it"


@pytest.mark.parametrize(
    ("task", "finer"),
    [
        ("reverse", {}),
        ("reverse", {"layers": 2, "dropout": 0.25, "lr": 0.0003}),
        (OWN, {}),
        (OWN, {"layers": 3, "cell": "gru", "dropout": 0.0, "tokenizer": "words", "vocab_size": 1000}),
        (OWN, {"tokenizer": "characters", "vocab_size": 2000}),
        (OWN, {"tokenizer": "unigram", "vocab_size": 1000, "lr": 0.01}),
    ],
    ids=lambda part: part if isinstance(part, str) else ", ".join(part) or "as usual",
)
def test_the_command_trains_the_same_model(task, finer, pairs, few, tmp_path, monkeypatch):
    plain = {"cell": "lstm", "peephole": "diagonal", "context": "dot", "size": 32, "forcing": 0.5, "steps": 3}
    choice = Choice(task=task, **{**plain, **finer})
    assert Choice.from_json(json.loads(json.dumps(choice.to_json()))) == choice
    *_events, _evaluated = run(choice.recipe("mine", pairs), tmp_path / "mine", command="")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(choice.command("again", pairs.name))
    assert words[:4] == ["python", "-m", "s2s_core", "train"]
    assert CliRunner().invoke(app, words[3:]).exit_code == 0
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("mine", "again")]
    assert weights[0] == weights[1]


def test_of_pairs_that_are_all_long_the_shortest_are_watched(tmp_path):
    path = tmp_path / "long.tsv"
    path.write_text("".join(f"{'word ' * (8 + n % 90)}{n}\t{'mot ' * 9}{n}\n" for n in range(400)), encoding="utf-8")
    recipe = Choice(task=OWN, size=32, steps=2).recipe("long", path)
    held_out = recipe.task.pairs("test", size=200)
    assert len(recipe.train.probe) == min(len(pair.source) for pair in held_out)
    *_events, last = run(recipe, tmp_path / "long", command="")
    model = checkpoint.load(tmp_path / "long", device="cpu")
    assert model.info.examples and all(map(model.reads, model.info.examples))
    assert isinstance(last, Evaluated), "what is too long for the model is left out, in training and in scoring"


def test_a_choice_survives_its_json():
    choice = Choice(task="dates", cell="gru", context="max", size=128, forcing=0.25, steps=4000, bidirectional=False)
    assert Choice.from_json(choice.to_json()) == choice


def test_json_of_an_older_version_with_another_field_name_is_read():
    data = Choice(task="dates", context="max").to_json()
    older = {"look" if name == "context" else name: value for name, value in data.items()}
    assert "look" in older and Choice.from_json(older) == Choice(task="dates", context="max")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("task", "poems", UnknownName),
        ("cell", "tree", UnknownName),
        ("peephole", "half", UnknownName),
        ("context", "attention", UnknownName),
        ("size", 33, InvalidConfig),
        ("forcing", 1.5, InvalidConfig),
        ("steps", 0, InvalidConfig),
        ("steps", 10**9, InvalidConfig),
        ("layers", 4, InvalidConfig),
        ("layers", True, InvalidConfig),
        ("dropout", 0.6, InvalidConfig),
        ("dropout", -0.1, InvalidConfig),
        ("lr", 1.5, InvalidConfig),
        ("lr", 0.0, InvalidConfig),
        ("lr", float("nan"), InvalidConfig),
        ("lr", "fast", InvalidConfig),
        ("tokenizer", "syllables", UnknownName),
        ("vocab_size", 10, InvalidConfig),
        ("vocab_size", 10**9, InvalidConfig),
        ("vocab_size", 1000.5, InvalidConfig),
    ],
)
def test_what_cannot_be_chosen_is_said(field, value, error, unchecked):
    with pytest.raises(error, match=str(value)):
        Choice(**{field: value})
    with pytest.raises(InvalidConfig, match="no such choice"):
        Choice.from_json({"colour": "blue"})


def test_a_file_that_is_no_table_of_pairs_is_said_before_anything_is_trained(tmp_path):
    path = tmp_path / "poem.txt"
    path.write_text("Wandrers Nachtlied\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"poem.txt has one column"):
        Choice(task=OWN).recipe("x", path)
    with pytest.raises(DataError, match="name their file"):
        Choice(task=OWN).recipe("x")


def test_the_card_says_who_trained_it_and_how(few, tmp_path):
    choice = Choice(task="reverse", size=32, steps=2, cell="gru", forcing=0.5)
    command = choice.command("runs/x")
    events = list(run(choice.recipe("x"), tmp_path / "x", command=command))
    assert any(isinstance(event, Finished) for event in events)
    card = (tmp_path / "x" / checkpoint.CARD).read_text(encoding="utf-8")
    assert command in card and "gru, both directions, additive, 32, teacher forcing 0.5" in card


def test_how_a_file_is_read_is_part_of_the_command(few, tmp_path, monkeypatch):
    path = tmp_path / "쌍 `a|b`.csv"
    path.write_bytes("".join(f"{n},숫자 {n},{n:b}\n" for n in range(200)).encode("cp949"))
    choice = Choice(task=OWN, size=32, steps=2, columns=("3", "2"), encoding="cp949")
    assert Choice.from_json(json.loads(json.dumps(choice.to_json()))) == choice
    *_events, _evaluated = run(choice.recipe("mine", path), tmp_path / "mine", command=choice.command("x", path.name))
    card = (tmp_path / "mine" / checkpoint.CARD).read_text(encoding="utf-8")
    assert card.count("--columns 3,2 --encoding cp949") == 2  # to train again, and to score again
    assert "pairs to train on" in card and "memorised, not learnt" in card
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, shlex.split(choice.command("again", path.name))[3:])
    assert result.exit_code == 0
    assert "training" in result.stdout and "unseen" in result.stdout  # what it writes for pairs of both kinds
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("mine", "again")]
    assert weights[0] == weights[1]


def test_an_order_of_an_earlier_version_is_read():
    written = Choice(task=OWN).to_json()
    for name in ("columns", "encoding", "layers", "dropout", "lr", "tokenizer", "vocab_size"):
        del written[name]
    assert Choice.from_json(written) == Choice(task=OWN)


@pytest.mark.parametrize("alphabet", [4600, 9000])
def test_texts_of_many_characters_need_no_vocabulary_to_be_chosen(alphabet, tmp_path):
    path = tmp_path / "han.tsv"
    signs = [chr(0x4E00 + n) for n in range(alphabet)]
    rows = ["".join(signs[start : start + 20]) for start in range(0, alphabet, 20)]
    path.write_text("".join(f"{row}\tline {n}\n" for n, row in enumerate(rows)), encoding="utf-8")
    translator = start(Choice(task=OWN, size=32).recipe("x", path)).translator
    assert translator.src_tokenizer.name == "unigram" and translator.src_tokenizer.vocab_size > 4000


@pytest.mark.parametrize("source", ["▁", "a", "1", "🙂", "ㅋ"])
def test_texts_of_one_character_are_trained_on(source, tmp_path):
    path = tmp_path / "one.tsv"
    path.write_text("".join(f"{source * (n + 1)}\t{n}\n" for n in range(40)), encoding="utf-8")
    assert start(Choice(task=OWN, size=32).recipe("x", path)).train_pairs


@pytest.mark.parametrize("tokenizer", ["bpe", "unigram"])
def test_no_reader_sees_the_inside_of_a_tokenizer(tokenizer):
    for texts in (["▁"], ["x" * 70_000]):
        with pytest.raises(S2SError) as caught:
            TOKENIZERS[tokenizer].train(texts)
        assert "INTERNAL" not in str(caught.value) and ".cc" not in str(caught.value)


def test_a_vocabulary_that_is_too_small_is_said_with_what_to_do(tmp_path):
    path = tmp_path / "few.tsv"
    path.write_text("".join(f"{chr(0x4E00 + n)}\t{n}\n" for n in range(400)), encoding="utf-8")
    for size in (100, 300):
        with pytest.raises(InvalidConfig, match=r"at least (\d+).* got .*--vocab-size \1, or --tokenizer characters"):
            start(own_pairs(path, vocab_size=size))
