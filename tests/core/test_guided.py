"""Guided alignment: attention learns from links where to look, and nothing else changes."""

import dataclasses
from pathlib import Path

import pytest
import torch
from small_models import small_model, small_translator

from s2s_core import checkpoint
from s2s_core.batch import Batch
from s2s_core.decoder import teacher_forced
from s2s_core.errors import InvalidConfig, TrainingError
from s2s_core.evaluation import evaluate
from s2s_core.loss import misaligned
from s2s_core.pair import Link, Pair
from s2s_core.recipes import RECIPES, start
from s2s_core.registry import TOKENIZERS
from s2s_core.training import Saved, TrainConfig, train
from s2s_core.training.data import EncodedPairs, token_links

SOURCES, TARGETS = [[4, 5, 6], [7, 8]], [[4, 5], [6]]
LINKS = [[(0, (2,)), (1, (0, 1))], [(0, (1,))]]


def batch() -> Batch:
    return Batch.of(SOURCES, TARGETS).linked(LINKS)


def test_links_are_shares_of_a_row_and_nothing_where_there_is_none() -> None:
    found = batch().links
    assert found is not None and found.shape == (2, 3, 3)
    expected = torch.zeros(2, 3, 3)
    expected[0, 0, 2], expected[0, 1, 0], expected[0, 1, 1], expected[1, 0, 1] = 1, 0.5, 0.5, 1
    torch.testing.assert_close(found, expected)
    assert Batch.of(SOURCES, TARGETS).links is None


def test_the_distance_is_the_cross_entropy_of_the_softmax() -> None:
    scores = torch.tensor([[1.0, 2.0, -torch.inf], [0.5, 0.5, 0.5]], requires_grad=True)
    links = torch.tensor([[0.25, 0.75, 0.0], [0.0, 0.0, 0.0]])
    p = torch.softmax(torch.tensor([1.0, 2.0]), 0)
    loss = misaligned(scores, links)
    assert loss.item() == pytest.approx(-(0.25 * p[0].log() + 0.75 * p[1].log()).item() / 2)
    loss.backward()  # type: ignore[no-untyped-call]
    assert scores.grad is not None and torch.isfinite(scores.grad).all()
    torch.testing.assert_close(scores.grad[0, :2], (p - torch.tensor([0.25, 0.75])) / 2)
    assert not scores.grad[1].any() and not scores.grad[0, 2]


@pytest.mark.parametrize("changes", [{}, {"attention": "dot"}, {"attend": "after"}, {"decoder_layers": 2}])
def test_the_loss_is_that_of_the_words_and_so_much_of_the_links(changes: dict[str, object]) -> None:
    net = small_model(**changes).train()
    given = batch()
    with torch.no_grad():
        plain = net.loss(given, label_smoothing=0.1)
        memory = net.encode(given.src, given.src_mask)
        rows = [step.attention.weights for step in net.decoder.steps(memory, teacher_forced(given.tgt_in), length=3)]
    weights = torch.stack(rows, dim=1)
    shares = given.links
    assert shares is not None
    apart = -(shares[shares > 0] * weights[shares > 0].log()).sum() / given.tgt_mask.sum()
    for guided in (0.3, 2.0):
        assert net.loss(given, label_smoothing=0.1, guided=guided).item() == pytest.approx(
            (plain + guided * apart).item(), abs=1e-5
        )


def test_what_cannot_be_guided_is_said() -> None:
    given, net = batch(), small_model()
    with pytest.raises(ValueError, match="guided needs links"):
        net.loss(Batch.of(SOURCES, TARGETS), guided=1.0)
    with pytest.raises(ValueError, match="guided needs a model with attention"):
        small_model(context="last").loss(given, guided=1.0)
    with pytest.raises(ValueError, match="guided needs teacher forcing"):
        net.loss(given, guided=1.0, teacher_forcing_ratio=0.5, generator=torch.Generator())
    for settings in ({"guided": -1.0}, {"guided": float("nan")}, {"guided": 1.0, "forcing_start": 0.5}):
        with pytest.raises(InvalidConfig):
            TrainConfig(steps=1, **settings)  # type: ignore[arg-type]


def test_a_target_token_is_linked_to_the_tokens_that_its_characters_come_from() -> None:
    source, target = (TOKENIZERS["characters"].train([text]) for text in ("abc", "xyz"))
    links = (Link((1,)), None, Link((0, 2)))
    pair = Pair("abc", "xyz", links=links)
    found = token_links(pair, source.encode("abc"), target.encode("xyz"))
    assert found == ((0, (1,)), (2, (0, 2)))
    assert token_links(pair, source.encode("abc"), target.encode("xyz"), first=1) == ((0, (2,)), (2, (1, 3)))
    assert token_links(Pair("abc", "xyz"), source.encode("abc"), target.encode("xyz")) == ()


@pytest.mark.slow
def test_a_guided_model_looks_where_the_links_are() -> None:
    """An encoder that starts the usual way smears the letters; guided from the start, its attention finds them."""
    reverse = RECIPES["reverse"]()
    sizes = dict.fromkeys(("embedding_size", "encoder_hidden", "decoder_hidden", "attention_size", "readout_size"), 16)
    found = {}
    for guided in (0.0, 1.0):
        settings = dataclasses.replace(reverse.train, steps=120, validate_every=120, guided=guided, lr=0.01, warmup=20)
        recipe = dataclasses.replace(
            reverse, model={**sizes, "encoder_init": "usual"}, train=settings, train_size=2000, dev_size=20
        )
        parts = start(recipe)
        for _ in train(
            parts.translator, recipe.task, settings, train_pairs=parts.train_pairs, dev_pairs=parts.dev_pairs
        ):
            pass
        alignment = evaluate(parts.translator, recipe.task, recipe.task.pairs("test", size=100)).alignment
        assert alignment is not None
        found[guided] = alignment.exact
    assert found[1.0] > 60 and found[1.0] > found[0.0] + 20


@pytest.mark.parametrize(
    ("model", "said"), [({"context": "last"}, "the model has none"), ({}, "no training pair has links")]
)
def test_a_run_that_cannot_be_guided_ends_before_it_begins(
    model: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reverse = RECIPES["reverse"]()
    monkeypatch.setattr(
        type(reverse.task), "linked", lambda _, pairs: [dataclasses.replace(pair, links=None) for pair in pairs]
    )
    settings = dataclasses.replace(reverse.train, steps=1, guided=1.0)
    parts = start(
        dataclasses.replace(reverse, model={**reverse.model, **model}, train=settings, train_size=20, dev_size=5)
    )
    pairs = {"train_pairs": parts.train_pairs, "dev_pairs": parts.dev_pairs}
    with pytest.raises(TrainingError, match=said):
        next(train(parts.translator, reverse.task, settings, **pairs))


def test_pairs_are_encoded_with_their_links_where_these_are_wanted() -> None:
    translator = small_translator()
    pairs = [Pair("ab", "01", links=(Link((1,)), Link((0,)))), Pair("cde", "2", links=(None,))]
    assert EncodedPairs.of(translator, pairs).batch([0], device=torch.device("cpu")).links is None
    encoded = EncodedPairs.of(translator, pairs, linked=True)
    assert encoded.links == (((0, (1,)), (1, (0,))), ())
    links = encoded.batch([1, 0], device=torch.device("cpu")).links
    assert links is not None and links[1].nonzero().tolist() == [[0, 1], [1, 0]] and not links[0].any()


def test_a_run_that_an_earlier_version_began_goes_on(tmp_path: Path) -> None:
    """Its settings have no such field."""
    reverse = RECIPES["reverse"]()
    settings = dataclasses.replace(reverse.train, steps=4, validate_every=2)
    sizes = dict.fromkeys(("embedding_size", "encoder_hidden", "decoder_hidden", "attention_size", "readout_size"), 4)
    recipe = dataclasses.replace(reverse, model=sizes, train=settings, train_size=80, dev_size=5)

    def events(resume: bool):
        parts = start(recipe)
        pairs = {"train_pairs": parts.train_pairs, "dev_pairs": parts.dev_pairs}
        return train(parts.translator, recipe.task, settings, folder=tmp_path / "run", resume=resume, **pairs)

    run = events(resume=False)
    while not isinstance(next(run), Saved):
        pass
    run.close()
    state = checkpoint.load_training_state(tmp_path / "run")
    saved = checkpoint.load(tmp_path / "run")
    del state.facts["config"]["guided"]
    checkpoint.save(tmp_path / "run", saved, card="", training_state=state)
    assert list(events(resume=True))[-1].step == 4
