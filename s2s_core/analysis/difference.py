"""Two traces beside each other: what differs in attention, states and probabilities, and what cannot be compared.

Numbers are subtracted only where they mean the same. A unit of one network is nobody in another one, so states are
compared within one network; attention needs the same number of source tokens, probabilities the same vocabulary. Runs
of different length are compared as far as both go.
"""

import numpy as np
from jaxtyping import Float

from s2s_core.trace import Array, Trace


def attention_difference(one: Trace, other: Trace) -> Float[np.ndarray, "steps src_len"] | None:
    """α of `other` minus α of `one`; None without attention on both sides, or for sources of different length."""
    if one.attention is None or other.attention is None or len(one.src_tokens) != len(other.src_tokens):
        return None
    return _apart(one.attention.weights, other.attention.weights)


def state_distances(one: Trace, other: Trace) -> dict[str, Float[np.ndarray, " steps"]]:
    """Mean |Δ| over the units of each hidden state, by part; empty for two networks.

    Encoder states are compared where the sources have the same length.
    """
    if one.fingerprint != other.fingerprint or one.model != other.model:
        return {}
    pairs: dict[str, tuple[Array, Array]] = {}
    if len(one.src_tokens) == len(other.src_tokens):
        pairs["forward"] = one.encoder.forward.hidden, other.encoder.forward.hidden
        if one.encoder.backward is not None and other.encoder.backward is not None:
            pairs["backward"] = one.encoder.backward.hidden, other.encoder.backward.hidden
    pairs["decoder"] = one.decoder.top.hidden, other.decoder.top.hidden
    return {part: np.abs(_apart(*states)).mean(axis=1) for part, states in pairs.items()}


def probability_difference(one: Trace, other: Trace) -> Float[np.ndarray, "steps vocab"] | None:
    """p of `other` minus p of `one` for every token, in the order of `one`; None where they do not write the same ones.

    Two vocabularies of the same tokens may number them differently. Tokens that print alike (the ㄱ that begins a
    syllable and the one that ends it) can only be told apart by their number.
    """
    if one.vocabulary == other.vocabulary:
        return _apart(np.exp(one.log_probs), np.exp(other.log_probs))
    place = {token: number for number, token in enumerate(other.vocabulary)}
    if len(place) < len(other.vocabulary) or sorted(one.vocabulary) != sorted(place):
        return None
    order = [place[token] for token in one.vocabulary]
    return _apart(np.exp(one.log_probs), np.exp(other.log_probs[:, order]))


def total_variation(one: Trace, other: Trace) -> Float[np.ndarray, " steps"] | None:
    """How far apart the distributions (12) of each step are: 0 the same, 1 nothing in common."""
    apart = probability_difference(one, other)
    return None if apart is None else np.abs(apart).sum(axis=1) / 2


def _apart(
    one: Float[np.ndarray, "steps units"], other: Float[np.ndarray, "others units"]
) -> Float[np.ndarray, "both units"]:
    steps = min(len(one), len(other))
    return other[:steps].astype(np.float64) - one[:steps].astype(np.float64)
