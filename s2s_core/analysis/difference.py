"""Compare two traces: the differences of attention, states and probabilities, where they can be compared.

Numbers are subtracted only if they mean the same. A unit has no counterpart in another network, so states are compared
only within one network. Attention needs the same number of source tokens, probabilities need the same vocabulary. If
one run is longer, only the steps that both have are compared.
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
    """Mean |Δ| over the units of each hidden state, by part; empty for traces of different networks.

    Encoder states are compared only if the sources have the same length.
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
    """p of `other` minus p of `one` for every token, in the order of `one`; None if their vocabularies differ.

    Two vocabularies with the same tokens may number them differently. Tokens that look the same (the ㄱ at the start of
    a syllable and the ㄱ at its end) differ only in their number.
    """
    if one.vocabulary == other.vocabulary:
        return _apart(np.exp(one.log_probs), np.exp(other.log_probs))
    place = {token: number for number, token in enumerate(other.vocabulary)}
    if len(place) < len(other.vocabulary) or sorted(one.vocabulary) != sorted(place):
        return None
    order = [place[token] for token in one.vocabulary]
    return _apart(np.exp(one.log_probs), np.exp(other.log_probs[:, order]))


def total_variation(one: Trace, other: Trace) -> Float[np.ndarray, " steps"] | None:
    """The total variation distance of the distributions (12) at each step: 0 if equal, 1 if they share no token."""
    apart = probability_difference(one, other)
    return None if apart is None else np.abs(apart).sum(axis=1) / 2


def _apart(
    one: Float[np.ndarray, "steps units"], other: Float[np.ndarray, "others units"]
) -> Float[np.ndarray, "both units"]:
    steps = min(len(one), len(other))
    return other[:steps].astype(np.float64) - one[:steps].astype(np.float64)
