"""What the stage receives is what the network computed, to the digits that are printed, and small."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from small_models import VARIANTS, small_translator

from s2s_ui.stage.payload import SHOWN_UNITS, TOP_TOKENS, compact, pack, printed

TEXT, REFERENCE = "abcadge", "0123"
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


class Message:
    """A message, read as the browser reads it."""

    def __init__(self, data: bytes) -> None:
        length = int.from_bytes(data[:4], "little")
        self.header = json.loads(data[4 : 4 + length])
        self.body = data[4 + length :]

    def __getitem__(self, name: str) -> np.ndarray:
        entry = self.header["arrays"][name]
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(self.body, f"<{entry['type']}", count, entry["offset"]).reshape(entry["shape"])
        return values / 100 if entry["type"] == "i2" else values


def two_decimals(values: np.ndarray) -> list[str]:
    return [f"{value:.2f}".replace("-0.00", "0.00") for value in np.asarray(values, np.float64).ravel()]


@given(arrays.arrays(np.float32, st.integers(1, 30), elements=st.floats(-1000, 1000, width=32)))
def test_two_decimals_survive(values):
    sent = compact(values)
    shown = sent.astype(np.float64) / (100 if sent.dtype == np.int16 else 1)
    assert two_decimals(shown) == two_decimals(values)


@given(st.floats(-8, 8, width=32))
def test_halves_do_for_small_numbers_and_are_never_a_tie(value):
    sent = compact(np.array([value]))
    assert sent.dtype == np.float16
    hundredths = float(sent[0]) * 100
    assert abs(hundredths - np.trunc(hundredths)) != 0.5
    assert abs(float(sent[0]) - value) <= 0.01


def test_a_tie_prints_alike_in_python_and_in_the_browser():
    assert two_decimals(compact(np.array([0.125, 0.375, -0.625]))) == ["0.12", "0.38", "-0.62"]


@every_variant
def test_every_model_has_its_cells_and_their_terms(changes):
    trace = small_translator(**changes).trace(TEXT)
    message = Message(pack(trace))
    assert ("backward" in message.header["cells"]) == (trace.encoder.backward is not None)
    cells = [("forward", trace.encoder.forward), ("run0.decoder", trace.decoder)]
    for name, cell in cells:
        described = message.header["runs"][0]["decoder"] if "run" in name else message.header["cells"][name]
        assert described["kind"] == cell.kind
        assert described["quantities"] == list(cell.quantities())
        for quantity, values in cell.quantities().items():
            assert two_decimals(message[f"{name}.{quantity}"]) == two_decimals(values[:, :SHOWN_UNITS])
        for gate, terms in described["gates"].items():
            assert terms == list(cell.terms(gate))
            total = np.sum(list(cell.terms(gate).values()), axis=0)[:, :SHOWN_UNITS]
            assert two_decimals(message[f"{name}.{gate}.sum"]) == two_decimals(total)
            for term in terms:
                sent = np.broadcast_to(message[f"{name}.{gate}.{term}"], total.shape)
                assert two_decimals(sent) == two_decimals(cell.terms(gate)[term][:, :SHOWN_UNITS])


@every_variant
def test_attention_probabilities_and_losses_are_exact(changes):
    trace = small_translator(**changes).trace(TEXT, reference=REFERENCE)
    message = Message(pack(trace))
    run = message.header["runs"][0]
    assert run["attention"] == (trace.attention is not None)
    if trace.attention is not None:
        assert np.array_equal(message["run0.weights"], trace.attention.weights)
        assert np.array_equal(message["run0.scores"], trace.attention.scores)
    assert np.array_equal(message["run0.log_prob"], trace.token_log_probs)
    assert run["tokens"] == [printed(token) for token in trace.tgt_tokens]
    assert run["reference"] == [*REFERENCE, "end"]
    for step, tokens in enumerate(run["top"]):
        expected = trace.top(step, TOP_TOKENS)
        assert tokens == [printed(token) for token, _, _ in expected]
        assert np.allclose(message["run0.probability"][step], [p for _, _, p in expected])
        written = np.exp(trace.log_probs[step, trace.tgt_ids[step]])
        assert message["run0.written"][step] == pytest.approx(written)


def test_joined_states_are_the_first_units_of_each_half():
    trace = small_translator(encoder_hidden=60, decoder_hidden=120).trace(TEXT)
    message = Message(pack(trace))
    halves = trace.encoder.joined[:, :SHOWN_UNITS], trace.encoder.joined[:, 60 : 60 + SHOWN_UNITS]
    assert np.array_equal(message["joined"], np.concatenate(halves, axis=1))
    assert message["forward.hidden"].shape == (len(trace.src_tokens), SHOWN_UNITS)


def test_a_sentence_of_thirty_tokens_stays_under_300_kilobytes():
    translator = small_translator(
        source="abcdefghijklmnop", target="0123456789-", encoder_hidden=256, decoder_hidden=256, input_feeding=True,
        max_src_len=40, max_tgt_len=40,
    )  # fmt: skip
    trace = translator.trace("abcdefghijklmnopabcdefghijklm", reference="01234567890123456789012345678")
    assert len(trace.src_tokens) == len(trace.tgt_tokens) == 30
    assert len(pack(trace)) < 300_000


def test_the_free_run_travels_beside_the_forced_one_and_shares_its_encoder():
    translator = small_translator()
    forced, free = translator.trace(TEXT, reference=REFERENCE), translator.trace(TEXT)
    message = Message(pack(forced, free=free))
    assert [run["reference"] is None for run in message.header["runs"]] == [False, True]
    assert two_decimals(message["run1.decoder.cell"]) == two_decimals(free.decoder.cell[:, :SHOWN_UNITS])
    assert len(pack(forced, free=free)) < len(pack(forced)) + len(pack(free))


def test_a_message_knows_whether_it_is_another_trace():
    translator = small_translator()
    identity = [Message(pack(translator.trace(text), settings={"step": step})).header["id"]
                for text, step in [("abc", None), ("abc", "3"), ("abd", None)]]  # fmt: skip
    assert identity[0] == identity[1] != identity[2]


def test_what_cannot_be_seen_is_printed_so_that_it_can():
    shown = [printed(token, end="끝") for token in (" ", "</s>", "\u200b", "\n", "▁mot", "▁", "é", "👋🏽")]
    assert shown == ["␣", "끝", "U+200B", "⏎", "mot", "␣", "é", "👋🏽"]


def test_an_unknown_character_is_shown_as_it_was_typed():
    trace = small_translator().trace("ab漢c")
    source = Message(pack(trace)).header["source"]
    assert source["tokens"] == ["a", "b", "漢", "c", "end"]
    assert source["unknown"] == [False, False, True, False, False]


@settings(max_examples=20)
@given(st.text(min_size=1, max_size=12).filter(str.strip))
def test_any_text_makes_a_readable_message(text):
    message = Message(pack(_TRANSLATOR.trace(text)))
    assert len(message.header["source"]["tokens"]) == len(message.header["source"]["unknown"])
    assert all(message.header["source"]["tokens"])


_TRANSLATOR = small_translator()
