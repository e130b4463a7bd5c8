"""Arguments of the Python API: what cannot be is refused in one sentence that names it, never from inside."""

import dataclasses
import math

import numpy as np
import pytest
from small_models import small_translator

from s2s_core.analysis.corpus import corpus, held_out
from s2s_core.analysis.saturation import saturation_over
from s2s_core.errors import DataError, InvalidConfig
from s2s_core.registry import TOKENIZERS
from s2s_core.trace import Trace

pytestmark = pytest.mark.usefixtures("unchecked")

MODEL = small_translator()
NO_TEXTS = [None, b"abc", 5, 1.5, ["abc"], ("a",), {"a": 1}, frozenset()]
NO_LISTS = ["abc", "", b"abc", None, 7, {"abc"}, {"abc": 1}, [None], ["a", b"b"], [["a"]]]
NO_COUNTS = [-1, 0, 10**9, 10**400, 1.5, 1.0, True, False, math.nan, "3", [3]]
NO_SEEDS = [-1, 2**63, 10**400, 0.5, True, "1", None]
NO_SHARES = [-0.1, 1.1, math.nan, math.inf, True, "1", None, 10**400]


def refused(call, name):
    with pytest.raises(InvalidConfig) as caught:
        call()
    sentence = str(caught.value)
    assert name in sentence and "\n" not in sentence and len(sentence) < 300


@pytest.mark.parametrize("text", NO_TEXTS, ids=str)
@pytest.mark.parametrize(
    "call",
    [
        MODEL.encode,
        MODEL.encode_reference,
        MODEL.reads,
        MODEL.trace,
        MODEL.search,
        MODEL.sample,
        MODEL.remarks,
        lambda text: MODEL.score(text, "01"),
        lambda text: MODEL.score("a", text),
        lambda text: MODEL.trace("a", reference=text) if text is not None else MODEL.encode_reference(text),
    ],
)
def test_a_text_is_a_text(call, text):
    refused(lambda: call(text), "must be a text (str)")


@pytest.mark.parametrize("texts", NO_LISTS, ids=str)
@pytest.mark.parametrize(
    "call",
    [
        MODEL.translate,
        MODEL.answers,
        MODEL.source_batch,
        lambda texts: corpus(MODEL, texts),
        lambda texts: saturation_over(MODEL, texts),
    ],
)
def test_a_list_of_texts_is_a_list(call, texts):
    refused(lambda: call(texts), "texts")


def test_a_text_alone_is_answered_with_what_would_work():
    refused(lambda: MODEL.translate("March 8, 2025"), "must be a list of texts, such as ['March 8, 2025']")


def test_any_iterable_of_texts_is_a_list_and_none_at_all_gives_none():
    assert MODEL.translate(text for text in ("a", "b")) == MODEL.translate(["a", "b"])
    assert MODEL.translate([]) == [] == MODEL.answers([])


@pytest.mark.parametrize("count", NO_COUNTS, ids=lambda count: str(count)[:20] if count != 10**400 else "huge")
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("max_len", lambda n: MODEL.trace("a", max_len=n)),
        ("max_len", lambda n: MODEL.trace("a", reference="01", max_len=n)),
        ("max_len", lambda n: MODEL.translate(["a"], max_len=n)),
        ("max_len", lambda n: MODEL.translate(["a"], beam_size=2, max_len=n)),
        ("max_len", lambda n: MODEL.search("a", max_len=n)),
        ("beam_size", lambda n: MODEL.translate(["a"], beam_size=n)),
        ("beam_size", lambda n: MODEL.search("a", beam_size=n)),
        ("n_best", lambda n: MODEL.search("a", n_best=n)),
        ("n_best", lambda n: MODEL.answers(["a"], n_best=n)),
        ("top_k", lambda n: MODEL.sample("a", top_k=n)),
        ("size", lambda n: held_out(MODEL, size=n)),
    ],
)
def test_a_count_is_a_whole_number_within_bounds(name, call, count):
    refused(lambda: call(count), f"{name} is ")


def test_there_are_no_more_hypotheses_than_the_beam_is_wide():
    refused(lambda: MODEL.search("a", beam_size=3, n_best=4), "n_best is 4, must be a whole number from 1 to 3")


@pytest.mark.parametrize("seed", NO_SEEDS, ids=lambda seed: str(seed)[:20] if seed != 10**400 else "huge")
def test_a_seed_is_one_that_a_generator_takes(seed):
    refused(lambda: MODEL.sample("a", seed=seed), "seed is ")
    refused(lambda: MODEL.trace("a", seed=seed), "seed is ")


@pytest.mark.parametrize("share", NO_SHARES, ids=lambda share: str(share)[:20] if share != 10**400 else "huge")
def test_a_share_is_a_number_from_0_to_1(share):
    refused(lambda: MODEL.trace("a", reference="0", teacher_forcing=share), "teacher_forcing is ")
    refused(lambda: MODEL.trace("a", teacher_forcing=share), "teacher_forcing is ")
    refused(lambda: MODEL.sample("a", top_p=share), "top_p is ")


@pytest.mark.parametrize("penalty", [-1.0, math.nan, math.inf, 1e300, "1", None, True])
def test_a_penalty_is_a_number_that_lengths_can_be_raised_to(penalty):
    refused(lambda: MODEL.search("a", length_penalty=penalty), "length_penalty is ")
    refused(lambda: MODEL.translate(["a"], length_penalty=penalty), "length_penalty is ")


@pytest.mark.parametrize("temperature", [0, -1.0, math.nan, math.inf, "1", None, True])
def test_a_temperature_is_above_0(temperature):
    refused(lambda: MODEL.sample("a", temperature=temperature), "temperature is ")


@pytest.mark.parametrize("edit", [5, "clamp", [1], {"edit": "clamp"}])
def test_an_edit_is_something_that_is_called(edit):
    refused(lambda: MODEL.trace("a", edit=edit), "edit is ")
    refused(lambda: MODEL.search("a", edit=edit), "edit is ")


@pytest.mark.parametrize("pair", ["ab", ("a", "b"), None, 5])
def test_a_pair_is_a_pair(pair):
    refused(lambda: MODEL.takes(pair), "must be a Pair")


def test_numbers_of_numpy_are_numbers():
    model = small_translator()
    plain = model.sample("abc", temperature=2.0, top_k=3, top_p=0.5, seed=7)
    assert plain == model.sample(
        "abc", temperature=np.float64(2), top_k=np.int64(3), top_p=np.float32(0.5), seed=np.int64(7)
    )
    assert model.sample("abc", temperature=10**30) is not None
    assert model.translate(["abc"], beam_size=np.int32(2), max_len=np.uint8(3)) == model.translate(
        ["abc"], beam_size=2, max_len=3
    )


@pytest.mark.parametrize("given", [None, 5, "abc", [1], object()])
def test_what_is_no_trace_has_no_remarks(given):
    with pytest.raises(InvalidConfig, match="must be a Trace"):
        small_translator().remarks_on(given)


@pytest.mark.parametrize("given", [None, 5, 4.5, b"x.npz", ["x.npz"], object()], ids=lambda given: type(given).__name__)
def test_a_trace_is_saved_and_loaded_under_a_name_alone(given):
    trace = small_translator().trace("abc")
    for call in (trace.save, Trace.load):
        with pytest.raises(DataError, match="is not the path of a trace: give a name"):
            call(given)


@pytest.mark.parametrize("side", ["src_tokenizer", "tgt_tokenizer"])
@pytest.mark.parametrize("letters", ["ab", "abcdefghijklm"])
def test_a_tokenizer_of_another_size_than_the_network_is_refused(side, letters):
    with pytest.raises(InvalidConfig, match="take the tokenizer that it was trained with"):
        dataclasses.replace(small_translator(), **{side: TOKENIZERS["characters"].train([letters])})
