"""The tree of a beam search: probabilities on its branches, and the way to every hypothesis."""

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis import beam
from s2s_core.checkpoint import load
from s2s_core.edits import Edits, clamp, combine, without_peepholes
from s2s_core.search import SearchResult, TreeNode
from s2s_core.tokenizer import EOS, JamoTokenizer

MODEL = small_translator()
DATES = load("dates").search("8 mars 2025", beam_size=5)
RESULTS = [DATES] + [MODEL.search(text, beam_size=size) for text in ("abc", "geda") for size in (2, 4)]
VOCABULARY = tuple(map(str, range(100)))
every_result = pytest.mark.parametrize("result", RESULTS)


@every_result
def test_the_branches_multiply_to_the_path(result):
    nodes = beam.frame(result, VOCABULARY).set_index("node")
    for number, node in nodes.iterrows():
        logs, at = 0.0, number
        while at >= 0:
            logs += np.log(nodes.loc[at, "p"])
            at = nodes.loc[at, "parent"]
        assert logs == pytest.approx(node["log_prob"], abs=1e-6)
    assert (nodes["p"] <= 1 + 1e-9).all()


@every_result
def test_no_two_nodes_of_a_step_share_a_row_and_children_stand_in_the_order_of_their_parents(result):
    nodes = beam.frame(result, VOCABULARY)
    assert not nodes.duplicated(["step", "row"]).any()
    row = {-1: 0, **dict(zip(nodes["node"], nodes["row"], strict=True))}
    for _, level in nodes.sort_values("row").groupby("step"):
        parents = [row[parent] for parent in level["parent"]]
        assert parents == sorted(parents)


@every_result
def test_every_hypothesis_has_its_leaf(result):
    found = beam.leaves(result)
    assert [leaf.rank for leaf in found] == list(range(len(result.hypotheses)))
    for leaf, hypothesis in zip(found, result.hypotheses, strict=True):
        assert result.tree[leaf.node].log_prob == pytest.approx(hypothesis.log_prob)


@pytest.mark.parametrize("edit", [Edits(()), without_peepholes(), clamp("forget_gate", 0.0)], ids=str)
@pytest.mark.parametrize("text", ["abc", "geda"])
def test_forcing_what_was_not_the_most_probable_makes_greedy_decoding_write_the_hypothesis(text, edit):
    result = MODEL.search(text, beam_size=4, edit=edit)
    for leaf, hypothesis in zip(beam.leaves(result), result.hypotheses, strict=True):
        trace = MODEL.trace(text, edit=combine(edit, beam.forced(result, leaf.node)))
        assert trace.tgt_ids[: len(hypothesis.ids)] == hypothesis.ids
        assert len(trace.tgt_ids) == len(hypothesis.ids) + hypothesis.finished
    assert len(beam.forced(result, beam.leaves(result)[0].node).edits) <= len(result.hypotheses[0].ids)


def test_a_node_reads_as_what_stands_of_its_word_or_syllable():
    letters = JamoTokenizer.train(["궁물 값 1"])
    vocabulary = tuple(letters.token(id) for id in range(letters.vocab_size))
    tree = tuple(
        TreeNode(parent=step - 1, step=step, token=token, log_prob=-0.1 * (step + 1), kept=True)
        for step, token in enumerate((*letters.encode("궁물1").ids, EOS))
    )
    result = SearchResult(hypotheses=(), tree=tree)
    assert beam.frame(result, vocabulary, letters.decode)["text"].tolist()[2:] == ["궁", "ᄆ", "무", "물", "1", ""]
    assert beam.frame(result, vocabulary)["text"].tolist() == [vocabulary[node.token] for node in tree]
