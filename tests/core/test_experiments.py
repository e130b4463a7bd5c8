"""Experiments: the interval is the bootstrap's, the figures are those of single sentences, the table keeps them."""

import numpy as np
import pytest
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.bootstrap import Estimate, ratio
from s2s_core.errors import DataError
from s2s_core.experiments import EXPERIMENTS, FOLDER, read, stale, write
from s2s_core.experiments.forced_error import NONE, later_errors, wrong_tokens
from s2s_core.experiments.gradients import fresh
from s2s_core.experiments.outcomes import outcomes
from s2s_core.experiments.runs import families
from s2s_core.experiments.table import Figure
from s2s_core.metrics import edit_distance, sentence_bleu
from s2s_core.recipes import RECIPES
from s2s_core.tasks import Pair
from s2s_core.tokenizer import EOS

PAIRS = [Pair("abc", "012"), Pair("bcdefg", "1230"), Pair("g", "4"), Pair("abcab", "01201")]


def test_a_ratio_is_that_of_the_sums_and_lies_in_its_interval():
    parts, wholes = np.array([1.0, 0.0, 3.0, 2.0]), np.array([2.0, 1.0, 4.0, 3.0])
    found = ratio(parts, wholes)
    assert found.value == 0.6
    assert found.low < found.value < found.high
    assert found == ratio(parts, wholes), "the same seed gives the same interval"


def test_the_interval_of_a_mean_is_as_wide_as_theory_says():
    draws = np.random.default_rng(1).random(2000) < 0.3
    found = ratio(draws.astype(float), np.ones(2000), draws=2000)
    expected = 2 * 1.96 * np.sqrt(0.3 * 0.7 / 2000)
    assert found.high - found.low == pytest.approx(expected, rel=0.1)


def test_without_variation_the_interval_has_no_width():
    assert ratio(np.full(5, 100.0), np.ones(5)) == Estimate(100.0, 100.0, 100.0)


@pytest.mark.parametrize("count", [0, 3])
def test_a_ratio_of_nothing_is_refused(count):
    with pytest.raises(ValueError, match="nothing to take a ratio of"):
        ratio(np.ones(count), np.zeros(count))


def test_outcomes_are_those_of_the_single_sentences():
    model = small_translator()
    found = outcomes(model, PAIRS)
    outputs = [model.trace(pair.source).output for pair in PAIRS]
    scores = [model.score(pair.source, pair.target) for pair in PAIRS]
    np.testing.assert_allclose(found.loss, [-score.log_prob for score in scores], rtol=1e-5)
    assert found.tokens.tolist() == [len(pair.target) + 1 for pair in PAIRS]
    assert found.bleu.tolist() == [sentence_bleu(o, p.target) for o, p in zip(outputs, PAIRS, strict=True)]
    assert found.edits.tolist() == [edit_distance(o, p.target) for o, p in zip(outputs, PAIRS, strict=True)]
    assert found.exact.tolist() == [o == p.target for o, p in zip(outputs, PAIRS, strict=True)]
    assert found.source_length.tolist() == [3, 6, 1, 5]


def test_the_nearest_of_several_references_counts():
    model = small_translator()
    output = model.trace("abc").output
    pair = Pair("abc", "4444444444", references=("4444444444", output + "0"))
    found = outcomes(model, [pair])
    assert (found.edits[0], found.characters[0], found.exact[0]) == (1, len(output) + 1, 0)


def test_a_wrong_token_is_another_reference_s_at_that_place():
    assert wrong_tokens([(4, 9, 5), (4, 9), (6, 9, 7, 8)]) == [[6, NONE, 7], [6, NONE], [4, NONE, 5, NONE]]


def test_later_errors_are_those_of_a_decoder_stepped_by_hand():
    model = small_translator()
    references = [model.encode_reference(pair.target).ids for pair in PAIRS]
    wrong = wrong_tokens(references)
    errors, places = later_errors(model, PAIRS, wrong)
    for row, (pair, ids) in enumerate(zip(PAIRS, references, strict=True)):
        for t, token in enumerate(wrong[row]):
            if token == NONE:
                assert places[row, t] == 0
                continue
            past = [*ids[:t], token]
            wanted = [*ids, EOS]
            while len(past) < len(wanted):  # a greedy decoder that is given its whole past anew at every step
                text = model.tgt_tokenizer.decode(past)
                assert model.encode_reference(text).ids == tuple(past)
                trace = model.trace(pair.source, reference=text)
                past.append(trace.tgt_ids[len(past)])
                if past[-1] < 4:
                    break
            if len(past) < len(wanted):
                continue  # it wrote a special token, which no text can give back
            later = sum(one != other for one, other in zip(past[t + 1 :], wanted[t + 1 :], strict=True))
            assert (errors[row, t], places[row, t]) == (later, len(wanted) - t - 1)
    assert errors.shape == (4, 5) and places[2, 1:].sum() == 0


def test_a_table_gives_back_what_was_written(tmp_path):
    about = {"family": "dates", "model": "dates-last", "kind": "last", "fingerprint": "ab"}
    figures = [Figure(**about, measure="exact", at=9.5, size=4, pairs=3, value=50.0, low=1 / 4, high=75.0)]
    write(tmp_path / "new" / "length.csv", figures)
    assert read(tmp_path / "new" / "length.csv") == figures
    assert stale(figures, {"dates-last": "ab"}) == [] and stale(figures, {"dates-last": "cd"}) == ["dates-last"]


def test_an_experiment_that_was_not_made_has_no_figures(tmp_path):
    assert read(tmp_path / "scores.csv") == []


def test_another_file_is_no_table(tmp_path):
    (tmp_path / "scores.csv").write_text("family,value\ndates,abc\n")
    with pytest.raises(DataError, match=r"scores.csv is not a table of results"):
        read(tmp_path / "scores.csv")


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name != "as-typed"])
def test_an_experiment_measures_every_member_on_as_many_pairs(name, monkeypatch):
    monkeypatch.setattr("s2s_core.experiments.gradients.UPDATES", 1)
    size = 4 if name == "faithfulness" else 60  # half a second a pair
    figures = list(EXPERIMENTS[name]("dates", RECIPES["dates"]().task, size, 0))
    assert {entry.family for entry in figures} == {"dates"}
    assert {entry.model for entry in figures} <= {member.name for member in families()["dates"]}
    assert "dates" in {entry.model for entry in figures}
    assert all(entry.low <= entry.value <= entry.high for entry in figures)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_figures_kept_are_those_of_the_models_shipped(name):
    figures = read(FOLDER / f"{name}.csv")
    assert figures, f"make it: python -m s2s_core experiment {name}"
    fingerprints = {model: checkpoint.load(model, device="cpu").info.fingerprint for model in checkpoint.names()}
    assert not stale(figures, fingerprints), f"make it again: python -m s2s_core experiment {name}"


def test_early_gradients_are_those_of_networks_that_have_learnt_and_the_same_each_time(monkeypatch):
    monkeypatch.setattr("s2s_core.experiments.gradients.UPDATES", 4)
    monkeypatch.setattr("s2s_core.experiments.gradients.CELLS", ("rnn",))
    task = RECIPES["dates"]().task
    figures = list(EXPERIMENTS["early-gradients"]("dates", task, 8, 0))
    assert figures == list(EXPERIMENTS["early-gradients"]("dates", task, 8, 0))
    values = {(entry.measure, entry.at): entry.value for entry in figures}
    begun = fresh(checkpoint.load("dates", device="cpu"), cell="rnn", context="last", bias=0.0, seed=1)
    pairs = task.pairs("test", size=8, seed=0)
    scores = [begun.score(pair.source, pair.target) for pair in pairs]
    before = -sum(score.log_prob for score in scores) / sum(len(score.token_log_probs) for score in scores)
    assert 0 < values["after 4 updates, rnn, last, +0, loss", 0.0] < before
    for part in ("forward", "backward", "decoder"):
        assert ("after 4 updates, rnn, attention, +0, " + part, 5.0) in values
    assert {entry.measure.split(", ")[1] for entry in figures} == {"rnn"}
