"""The tree of a beam search, laid out for drawing, and the edits that lead greedy decoding to one of its nodes.

Greedy decoding follows one output; a beam keeps several (Wu et al. 2016, section 7). A hypothesis may contain tokens
that were not the most probable ones of their step. If exactly these are forced, greedy decoding writes the hypothesis.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from s2s_core.edits import Edits, combine, force_token
from s2s_core.search import SearchResult, TreeNode
from s2s_core.spelling import so_far
from s2s_core.tokenizer import EOS

Decode = Callable[[list[int]], str]
"""Token ids as text: a tokenizer's `decode`."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A hypothesis and its place in the tree."""

    node: int
    rank: int  # 0 is the best hypothesis


def frame(result: SearchResult, vocabulary: tuple[str, ...], decode: Decode | None = None) -> pd.DataFrame:
    """One row a node: node, parent, step, token, text, p (given its parent), log_prob (of the path), kept, row, rank.

    ``text`` is the part written so far of the word or syllable that the token belongs to, as ``decode`` writes it;
    without ``decode`` it is the token. ``row`` numbers the nodes of a step from the top; children are near their
    parent, the more probable first. ``rank`` is the rank of the best hypothesis whose path contains the node, or -1.
    """
    nodes = pd.DataFrame(
        [
            {
                "node": number,
                "parent": node.parent,
                "step": node.step,
                "token": vocabulary[node.token],
                "text": _text(result, number, vocabulary, decode),
                "p": float(np.exp(node.log_prob - _log_prob(result, node.parent))),
                "log_prob": node.log_prob,
                "kept": node.kept,
            }
            for number, node in enumerate(result.tree)
        ]
    )
    nodes["row"] = _rows(result.tree)
    nodes["rank"] = -1
    for leaf in reversed(leaves(result)):
        nodes.loc[_path(result.tree, leaf.node), "rank"] = leaf.rank
    return nodes


def leaves(result: SearchResult) -> list[Leaf]:
    """The node at which each hypothesis ends, best first."""
    parents = {node.parent for node in result.tree}
    ends = {
        tuple(result.tree[at].token for at in _path(result.tree, number)): number
        for number, node in enumerate(result.tree)
        if node.kept and number not in parents
    }
    wholes = [(*h.ids, EOS) if h.finished else h.ids for h in result.hypotheses]
    return [Leaf(ends[ids], rank) for rank, ids in enumerate(wholes)]


def forced(result: SearchResult, node: int) -> Edits:
    """The edits that lead greedy decoding to a node: they force each token that was not the most probable."""
    best: dict[int, float] = {}
    for other in result.tree:
        best[other.parent] = max(best.get(other.parent, -np.inf), other.log_prob)
    path = [result.tree[at] for at in _path(result.tree, node)]
    return combine(*(force_token(step.step, step.token) for step in path if step.log_prob < best[step.parent]))


def _text(result: SearchResult, number: int, vocabulary: tuple[str, ...], decode: Decode | None) -> str:
    ids = [result.tree[at].token for at in _path(result.tree, number)]
    tokens = [vocabulary[id] for id in ids]
    return tokens[-1] if decode is None else so_far(tokens, decode(ids))


def _log_prob(result: SearchResult, node: int) -> float:
    return result.tree[node].log_prob if node >= 0 else 0.0


def _path(tree: tuple[TreeNode, ...], node: int) -> list[int]:
    """The nodes from the first token down to this one."""
    path = []
    while node >= 0:
        path.append(node)
        node = tree[node].parent
    return path[::-1]


def _rows(tree: tuple[TreeNode, ...]) -> list[int]:
    rows: dict[int, int] = {-1: 0}
    for step in sorted({node.step for node in tree}):
        level = [number for number, node in enumerate(tree) if node.step == step]
        level.sort(key=lambda number: (rows[tree[number].parent], -tree[number].log_prob))
        rows |= {number: row for row, number in enumerate(level)}
    return [rows[number] for number in range(len(tree))]
