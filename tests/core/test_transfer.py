"""A training that begins with another model's weights, and which of them it takes over."""

import dataclasses
from pathlib import Path
from typing import ClassVar

import pytest
import torch

from s2s_core import checkpoint
from s2s_core.cli import main
from s2s_core.errors import InvalidConfig
from s2s_core.recipes import RECIPES, Recipe, start
from s2s_core.registry import TOKENIZERS
from s2s_core.tasks import Pair, Split
from s2s_core.tasks.reverse import ReverseTask
from s2s_core.translator import Translator

SIZES = dict.fromkeys(("embedding_size", "encoder_hidden", "decoder_hidden", "attention_size", "readout_size"), 4)


def recipe(**changes: object) -> Recipe:
    reverse = RECIPES["reverse"]()
    return dataclasses.replace(reverse, model=SIZES, train_size=60, dev_size=8, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def parent() -> Translator:
    return start(recipe(train=dataclasses.replace(RECIPES["reverse"]().train, seed=8))).translator


def same(one: Translator, other: Translator) -> set[str]:
    """The names of the weights that both have alike."""
    known = dict(one.net.named_parameters())
    named = other.net.named_parameters()
    return {name for name, value in named if name in known and torch.equal(known[name], value)}


def test_all_weights_and_both_vocabularies_are_the_parents(parent: Translator) -> None:
    child = start(recipe(parent="reverse"), parent).translator
    assert same(parent, child) == {name for name, _ in child.net.named_parameters()}
    assert (child.src_tokenizer, child.tgt_tokenizer) == (parent.src_tokenizer, parent.tgt_tokenizer)


class OtherLetters(ReverseTask):
    """The same task whose a to m are A to M."""

    CAPITALS: ClassVar[dict[int, str]] = str.maketrans("abcdefghijklm", "ABCDEFGHIJKLM")

    def pairs(self, split: Split, *, size: int | None = None, seed: int = 0) -> list[Pair]:
        pairs = super().pairs(split, size=size, seed=seed)
        return [Pair(pair.source.translate(self.CAPITALS), pair.target.translate(self.CAPITALS)) for pair in pairs]


@pytest.mark.parametrize(
    ("side", "own"), [("source", ("decoder.embedding.", "decoder.output.")), ("target", ("encoder.embedding.",))]
)
def test_of_another_vocabulary_the_rows_of_the_tokens_that_both_have_are_the_parents(
    parent: Translator, side: str, own: tuple[str, ...]
) -> None:
    child = start(recipe(parent="reverse", inherits=(side,), task=OtherLetters()), parent).translator
    known, others = dict(parent.net.named_parameters()), set()
    tokenizers = [one.src_tokenizer if side == "target" else one.tgt_tokenizer for one in (child, parent)]
    for name, value in child.net.named_parameters():
        if name.startswith(own):
            others.add(name)
            for id in range(tokenizers[0].vocab_size):
                token = tokenizers[0].token(id)
                place = [n for n in range(tokenizers[1].vocab_size) if tokenizers[1].token(n) == token]
                assert len(place) == (not token.isupper())
                assert not place or torch.equal(value[id], known[name][place[0]])
                assert place or not any(torch.equal(value[id], row) for row in known[name]) or value.dim() == 1
    assert others and same(parent, child) == set(known) - others


def test_tokens_of_another_kind_are_not_the_same_though_they_look_so(parent: Translator) -> None:
    child = start(recipe(parent="reverse", inherits=("target",), src_tokenizer="words"), parent).translator
    assert set(dict(child.net.named_parameters())) - same(parent, child) == {"encoder.embedding.weight"}


def test_a_part_that_the_child_has_otherwise_begins_by_chance(parent: Translator) -> None:
    child = start(recipe(parent="reverse", train=RECIPES["reverse"]().train), parent)
    wider = dataclasses.replace(recipe(parent="reverse"), model=SIZES | {"readout_size": 6})
    changed = start(wider, parent).translator
    assert same(child.translator, changed) >= {"encoder.embedding.weight", "decoder.context.key.weight"}
    assert not same(child.translator, changed) & {"decoder.readout_y.weight", "decoder.output.weight"}


def test_what_goes_on_from_another_model_needs_it() -> None:
    with pytest.raises(InvalidConfig, match="reverse goes on from reverse: train that first"):
        start(recipe(parent="reverse"))


def test_a_model_of_other_sizes_is_none_to_go_on_from(parent: Translator) -> None:
    other = dataclasses.replace(recipe(parent="reverse", inherits=()), model=dict.fromkeys(SIZES, 5))
    with pytest.raises(InvalidConfig, match="the model has other sizes"):
        start(other, parent)


def test_pairs_of_ones_own_are_learnt_by_a_model_like_its_parent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = [word for name in SIZES for word in ("--set", f"{name}=4")]
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(["train", "reverse", "--steps", "1", "--out", str(first), *tiny]) == 0
    (tmp_path / "own.tsv").write_text("".join(f"{chr(97 + n % 26)}bc{'x' * n}\tcb\n" for n in range(60)))
    own = ["train", "--data", str(tmp_path / "own.tsv"), "--from", str(first), "--out", str(second)]
    assert main([*own, "--steps", "1", "--set", "max_src_len=80"]) == 0
    one, other = (checkpoint.load(folder) for folder in (first, second))
    assert other.net.config == dataclasses.replace(one.net.config, max_src_len=80)
    assert other.src_tokenizer == one.src_tokenizer and other.tgt_tokenizer == one.tgt_tokenizer
    capsys.readouterr()
    assert main([*own, "--tokenizer", "unigram"]) == 2
    assert "a model has its own --tokenizer" in capsys.readouterr().err


def test_the_command_names_the_model_and_so_does_the_card(tmp_path: Path) -> None:
    tiny = [word for name in SIZES for word in ("--set", f"{name}=4")]
    options = ["--steps", "1", "--set", "lr=1e-9", *tiny]
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(["train", "reverse", "--seed", "3", "--out", str(first), *options]) == 0
    assert main(["train", "reverse", "--seed", "4", "--from", str(first), "--out", str(second), *options]) == 0
    one, other = (checkpoint.load(folder) for folder in (first, second))
    for name, value in other.net.named_parameters():
        torch.testing.assert_close(value, one.net.get_parameter(name), atol=1e-5, rtol=0)
    assert f"--from {first}" in checkpoint.read_text(second, checkpoint.CARD)
    assert main(["train", "reverse", "--from", "nobody", "--out", str(tmp_path / "third"), *options]) == 1


def test_a_vocabulary_that_is_cut_reads_its_texts_as_before_and_no_others(tmp_path: Path) -> None:
    french, korean = (
        ["la petite maison est là", "le chat dort là-bas"] * 30,
        ["고양이가 자고 있다", "작은 집이 있다"] * 30,
    )
    whole = TOKENIZERS["unigram"].train(french + korean, vocab_size=330)
    cut = whole.cut_to(korean)
    for text in korean:
        assert cut.encode(text).tokens == whole.encode(text).tokens
        assert cut.encode(text).offsets == whole.encode(text).offsets
        assert cut.decode(cut.encode(text).ids) == text
    assert cut.characters <= set("".join(korean)) < whole.characters
    spelt = cut.encode("chat").ids
    assert all(cut.spells(id) for id in spelt[1:]) and cut.decode(spelt) == "chat"
    assert cut.vocab_size < whole.vocab_size
    more = whole.cut_to([*korean, "큰 개", "큰 개", "꽃"])
    assert more.vocab_size == cut.vocab_size + 2 and more.characters == cut.characters | {"큰", "개"}
    assert more.encode("큰 집").tokens[-3:] != whole.encode("큰 집").tokens[-3:]
    assert more.decode(more.encode("큰 개").ids) == "큰 개" and not any(map(more.spells, more.encode("큰 개").ids))
    cut.save(tmp_path, "source")
    assert TOKENIZERS["unigram"].load(tmp_path, "source") == cut


def test_a_child_of_a_cut_vocabulary_begins_with_its_rows(parent: Translator) -> None:
    with pytest.raises(InvalidConfig, match="a vocabulary of characters cannot be cut down to some texts"):
        start(recipe(parent="reverse", cut=("source",)), parent)
