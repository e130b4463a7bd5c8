"""What the stage receives is what the network computed, to the digits that are printed, and small."""

import json
import string
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from small_models import VARIANTS, small_translator

from s2s_core.edits import Clamp, Edits, Replace, clamp
from s2s_core.tokenizer import SPECIALS, BPETokenizer, JamoTokenizer
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.stage.message import message as sent
from s2s_ui.stage.numbers import compact, corrections, levels, signed_levels
from s2s_ui.stage.payload import SHOWN_UNITS, TOP_TOKENS, VERSION, pack
from s2s_ui.stage.printed import answer, printed, source

TEXT, REFERENCE = "abcadge", "0123"
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


SCALES = {"i2": 100, "u1": 255, "i1": 127}


class Message:
    """A message, read as the browser reads it."""

    def __init__(self, data: bytes) -> None:
        length = int.from_bytes(data[:4], "little")
        self.header = json.loads(data[4 : 4 + length])
        self.body = data[4 + length :]

    def __getitem__(self, name: str) -> np.ndarray:
        entry = self.header["arrays"][name]
        kind, width, *places = entry
        if kind == "n1":
            pairs = self.steps("u1", (width + 1) // 2, places)
            halves = np.stack([pairs << 4, pairs], axis=-1).reshape(len(pairs), -1)[:, :width]
            return halves.view(np.int8) >> 4
        values = self.steps(kind, width, places)
        return values / SCALES.get(kind, 1)

    def steps(self, kind: str, width: int, places: list[int]) -> np.ndarray:
        found = [
            np.frombuffer(self.body, f"<{kind}", count * width, offset)
            for offset, count in zip(places[::2], places[1::2], strict=True)
        ]
        return np.concatenate(found).reshape(-1, width)

    def sum(self, name: str, terms: list[str]) -> np.ndarray:
        """A pre-activation, put together as the browser does."""
        total = sum(self[f"{name}.{term}"].astype(np.float64) for term in terms)
        return (np.floor(total * 100 + 0.5) + self[f"{name}.off"]) / 100


def two_decimals(values: np.ndarray) -> list[str]:
    return [f"{value:.2f}".replace("-0.00", "0.00") for value in np.asarray(values, np.float64).ravel()]


@given(arrays.arrays(np.float32, st.integers(1, 30), elements=st.floats(-1000, 1000, width=32)))
def test_two_decimals_survive(values):
    (sent,) = compact([values])
    shown = sent.astype(np.float64) / (100 if sent.dtype == np.int16 else 1)
    assert two_decimals(shown) == two_decimals(values)


@given(st.floats(-8, 8, width=32))
def test_halves_do_for_small_numbers_and_are_never_a_tie(value):
    (sent,) = compact([np.array([value])])
    assert sent.dtype == np.float16
    hundredths = float(sent[0]) * 100
    assert abs(hundredths - np.trunc(hundredths)) != 0.5
    assert abs(float(sent[0]) - value) <= 0.01


@given(arrays.arrays(np.float32, st.integers(1, 30), elements=st.floats(0, 1, width=32)), st.booleans())
def test_gates_and_candidates_are_bytes_that_print_the_same_two_decimals(values, negative):
    (sent,), scale = (signed_levels([-values]), 127) if negative else (levels([values]), 255)
    assert sent.dtype.itemsize == 1
    assert two_decimals(sent / scale) == two_decimals(-values if negative else values)
    assert np.abs(sent / scale - (-values if negative else values)).max() <= 0.01


def test_a_gate_held_outside_of_its_range_is_no_byte():
    inside, outside = np.array([0.5, 1.0]), np.array([0.5, 2.0])
    assert [sent.dtype for sent in levels([inside, outside, inside])] == [np.uint8, np.float16, np.uint8]
    assert signed_levels([np.array([-1.5])])[0].dtype == np.float16


@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 9)),
                     elements=st.floats(-20, 20, width=32)))  # fmt: skip
def test_a_sum_prints_what_the_sum_of_all_digits_prints(terms):
    sent = compact(list(terms))
    (packed,) = corrections([terms.sum(axis=0)], [sent])
    off = (np.stack([packed << 4, packed], axis=-1).view(np.int8) >> 4).reshape(len(packed), -1)[:, : terms.shape[2]]
    got = sum(term.astype(np.float64) / SCALES.get(f"i{term.dtype.itemsize}" if term.dtype == np.int16 else "", 1)
              for term in sent)  # fmt: skip
    assert two_decimals((np.floor(got * 100 + 0.5) + off) / 100) == two_decimals(terms.sum(axis=0))


def test_a_tie_prints_alike_in_python_and_in_the_browser():
    assert two_decimals(compact([np.array([0.125, 0.375, -0.625])])[0]) == ["0.12", "0.38", "-0.62"]


@every_variant
def test_every_model_has_its_cells_and_their_terms(changes):
    trace = small_translator(**changes).trace(TEXT)
    message = Message(pack(trace))
    (encoder,) = message.header["encoders"]
    assert ("backward" in encoder) == (trace.encoder.backward is not None)
    cells = [(encoder["forward"], trace.encoder.forward), (message.header["runs"][0]["decoder"], trace.decoder)]
    for described, cell in cells:
        name = described["name"]
        assert described["kind"] == cell.kind
        assert described["quantities"] == list(cell.quantities())
        for quantity, values in cell.quantities().items():
            assert two_decimals(message[f"{name}.{quantity}"]) == two_decimals(values[:, :SHOWN_UNITS])
        for gate, terms in described["gates"].items():
            assert terms == list(cell.terms(gate))
            total = np.sum(list(cell.terms(gate).values()), axis=0)[:, :SHOWN_UNITS]
            assert two_decimals(message.sum(f"{name}.{gate}", terms)) == two_decimals(total)
            for term in terms:
                sent = np.broadcast_to(message[f"{name}.{gate}.{term}"], total.shape)
                assert two_decimals(sent) == two_decimals(cell.terms(gate)[term][:, :SHOWN_UNITS])


LAYERED = {
    **{name: VARIANTS[name] for name in ("two layers", "gru of two layers", "three layers under one")},
    "three layers": {"encoder_layers": 3, "decoder_layers": 3},
    "one under three layers": {"encoder_layers": 1, "decoder_layers": 3, "bridge": "learned"},
    "two layers of one direction": {"encoder_layers": 2, "decoder_layers": 2, "bidirectional": False},
    "input feeding, two layers": {"encoder_layers": 2, "decoder_layers": 2, "input_feeding": True},
}


@pytest.mark.parametrize("changes", LAYERED.values(), ids=LAYERED)
def test_every_layer_has_its_cells_and_their_terms(changes):
    trace = small_translator(**changes).trace(TEXT)
    message = Message(pack(trace))
    (encoder,), (run,) = message.header["encoders"], message.header["runs"]
    reading, writing = [*encoder.get("below", []), encoder], [*run.get("below", []), run["decoder"]]
    described = {("decoder", layer): cell for layer, cell in enumerate(writing)}
    described |= {(f"encoder.{way}", layer): both[way] for layer, both in enumerate(reading)
                  for way in ("forward", "backward") if way in both}  # fmt: skip
    cells = {(part, layer): cell for part, layer, cell in trace.cells()}
    assert described.keys() == cells.keys()
    assert (message.header["encoder_layers"], message.header["decoder_layers"]) == (len(reading), len(writing))
    for place, cell in cells.items():
        name, layer = described[place]["name"], described[place]["layer"]
        assert layer == place[1]
        for quantity, values in cell.quantities().items():
            assert two_decimals(message[f"{name}.{quantity}"]) == two_decimals(values)
        for gate, terms in described[place]["gates"].items():
            total = np.sum(list(cell.terms(gate).values()), axis=0)
            assert two_decimals(message.sum(f"{name}.{gate}", terms)) == two_decimals(total)
            for term in terms:
                sent = np.broadcast_to(message[f"{name}.{gate}.{term}"], total.shape)
                assert two_decimals(sent) == two_decimals(cell.terms(gate)[term])
        assert two_decimals(message[f"{name}.initial_hidden"]) == two_decimals(cell.initial_hidden)


def test_a_message_of_one_layer_says_nothing_of_others():
    header = Message(pack(small_translator().trace(TEXT))).header
    assert header["version"] == VERSION
    assert "below" not in header["encoders"][0] and "below" not in header["runs"][0]


def test_an_edit_that_only_a_lower_layer_shows_brings_the_original_encoder_along():
    translator = small_translator(**LAYERED["two layers"])
    held = Clamp(quantities=("cell",), value=0.0, part="encoder.forward", layer=0)
    silent = Clamp(quantities=("hidden",), value=0.0, part="encoder.forward", layer=1)
    deaf = Clamp(quantities=("hidden",), value=0.0, part="encoder.backward", layer=1)
    still = Edits((silent, deaf))
    original = translator.trace(TEXT, edit=still)
    edited = translator.trace(TEXT, edit=Edits((held, *still.edits)))
    assert len(Message(pack(edited, beside=original)).header["encoders"]) == 2


@every_variant
def test_attention_probabilities_and_losses_are_exact(changes):
    trace = small_translator(**changes).trace(TEXT, reference=REFERENCE)
    message = Message(pack(trace))
    run = message.header["runs"][0]
    assert run["attention"] == (trace.attention is not None)
    if trace.attention is not None:
        assert np.array_equal(message["run0.weights"], trace.attention.weights)
        assert np.array_equal(message["run0.scores"], trace.attention.scores)
    assert np.array_equal(message["run0.log_prob"], [trace.token_log_probs])
    assert run["tokens"] == [printed(token) for token in trace.tgt_tokens]
    assert run["reference"] == [*REFERENCE, "end"]
    for step, tokens in enumerate(run["top"]):
        expected = trace.top(step, TOP_TOKENS)
        assert tokens == [printed(token) for token, _, _ in expected]
        assert np.allclose(message["run0.probability"][step], [p for _, _, p in expected])
        written = np.exp(trace.log_probs[step, trace.tgt_ids[step]])
        assert message["run0.written"][0, step] == pytest.approx(written)


def test_joined_states_are_the_first_units_of_each_half():
    trace = small_translator(encoder_hidden=60, decoder_hidden=120).trace(TEXT)
    message = Message(pack(trace))
    assert np.array_equal(message["run0.forward.hidden"], trace.encoder.joined[:, :SHOWN_UNITS])
    assert np.array_equal(message["run0.backward.hidden"], trace.encoder.joined[:, 60 : 60 + SHOWN_UNITS])
    assert message["run0.forward.hidden"].shape == (len(trace.src_tokens), SHOWN_UNITS)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_thirty_different_tokens_with_both_runs_and_all_words_stay_under_300_kilobytes_a_layer(layers):
    translator = small_translator(
        source=string.ascii_letters, target=string.ascii_letters, encoder_hidden=256, decoder_hidden=256,
        input_feeding=True, max_src_len=40, max_tgt_len=40, encoder_layers=layers, decoder_layers=layers,
    )  # fmt: skip
    text = string.ascii_letters[:29]
    free = translator.trace(text, max_len=30)
    forced = translator.trace(text, reference=string.ascii_letters.replace(free.tgt_tokens[0], "")[:29])
    assert len(forced.src_tokens) == len(forced.tgt_tokens) == len(free.tgt_tokens) == 30
    assert forced.fed_tokens[1] != free.fed_tokens[1]
    for language in LANGUAGES:
        labels = translations(language).gettext
        assert len(sent(forced, labels=labels, beside=free)) < 300_000 * layers


def test_a_step_that_occurs_twice_is_sent_once():
    translator = small_translator()
    once, twice = pack(translator.trace("abcd" * 2)), pack(translator.trace("abcdefgh"))
    assert len(once) < len(twice)
    trace = translator.trace(TEXT)
    assert len(pack(trace, beside=trace)) < 1.4 * len(pack(trace))


def test_an_edit_of_the_encoder_brings_the_original_encoder_along_and_one_of_the_decoder_does_not():
    translator = small_translator()
    original = translator.trace(TEXT)
    for part, count in (("encoder.forward", 2), ("decoder", 1)):
        edited = translator.trace(TEXT, edit=clamp("hidden", 0.0, part=part))
        message = Message(pack(edited, beside=original))
        assert len(message.header["encoders"]) == count
    again = message[f"{message.header['encoders'][0]['forward']['name']}.cell"]
    assert two_decimals(again) == two_decimals(original.encoder.forward.cell[:, :SHOWN_UNITS])


def test_the_free_run_travels_beside_the_forced_one_and_shares_its_encoder():
    translator = small_translator()
    forced, free = translator.trace(TEXT, reference=REFERENCE), translator.trace(TEXT)
    message = Message(pack(forced, beside=free))
    assert len(message.header["encoders"]) == 1
    assert [run["reference"] is None for run in message.header["runs"]] == [False, True]
    assert two_decimals(message["run1.decoder.cell"]) == two_decimals(free.decoder.cell[:, :SHOWN_UNITS])
    assert len(pack(forced, beside=free)) < len(pack(forced)) + len(pack(free))


def test_a_message_knows_whether_it_is_another_trace():
    translator = small_translator()
    identity = [Message(pack(translator.trace(text), settings={"step": step})).header["id"]
                for text, step in [("abc", None), ("abc", "3"), ("abd", None)]]  # fmt: skip
    assert identity[0] == identity[1] != identity[2]


def test_what_cannot_be_seen_is_printed_so_that_it_can():
    pieces = (" ", "</s>", "\u200b", "\n", "▁mot", "▁", "é", "👋🏽", "<0x3C>", "<0x0A>", "<0xEA>")
    shown = [printed(token, {"end": "끝"}.get) for token in pieces[:-1]]
    assert shown == ["␣", "끝", "U+200B", "⏎", "mot", "␣", "é", "👋🏽", "<", "⏎"]
    assert printed(pieces[-1]) == "byte EA"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mark_and_no_byte_is_shown_as_a_tokenizer_labels_it(language):
    labels = [*SPECIALS, *(f"<0x{byte:02X}>" for byte in range(256))]
    shown = [printed(label, translations(language).gettext) for label in labels]
    assert len({*shown}) == len(labels)
    assert not [text for text in shown if not text or text in labels or text.startswith("<0x")]


def test_the_bytes_of_a_character_that_was_read_are_that_character_and_counted():
    model = small_translator(source="abc")
    spelt = BPETokenizer.train(["abc abd bca"] * 40, vocab_size=270)
    trace = model.trace("ab")
    read = spelt.encode("é궁궁a")
    tokens = {"src_tokens": read.tokens, "src_offsets": read.offsets, "src_unknown": read.unknown}
    assert source(replace(trace, text="é궁궁a", **tokens)) == [
        "␣", "é₁", "é₂", "궁₁", "궁₂", "궁₃", "궁₁", "궁₂", "궁₃", "a"
    ]  # fmt: skip


def test_the_whole_answer_travels_with_the_place_of_each_token_in_it():
    jamo = JamoTokenizer.train(["궁물 값"])
    written = jamo.encode("궁물").ids
    trace = replace(
        small_translator().trace(TEXT), output=jamo.decode(written), tgt_tokens=(*map(jamo.token, written), "</s>")
    )
    run = Message(pack(trace)).header["runs"][0]
    assert run["answer"] == "궁물"
    assert run["spans"] == [[0, 1]] * 3 + [[1, 2]] * 3 + [[2, 2]]
    assert run["words"] == [[0, 2], [3, 5]]
    assert answer("ᄀ\x07\u200b") == "ㄱ\u2407\u200b"


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


def test_a_held_joined_state_is_sent_as_the_decoder_read_it():
    held = Edits((Replace(part="memory", quantity="joined", step=2, values=(0.25, -0.5), units=(0, 5)),))
    translator = small_translator()
    original, edited = translator.trace("abcadge"), translator.trace("abcadge", edit=held)
    message = Message(pack(edited, beside=original))
    one, other = message.header["encoders"]
    assert "joined" not in other
    np.testing.assert_array_equal(message[one["joined"]], edited.encoder.joined)
    assert "joined" not in Message(pack(original)).header["encoders"][0]
