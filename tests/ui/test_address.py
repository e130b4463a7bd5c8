"""An address restores what it describes, and nothing that a link can say breaks the screen."""

import json
import random
import time
import zlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.edits import Edits, Replace
from s2s_ui.locales import LANGUAGES
from s2s_ui.panels.whatif import DECIMALS
from s2s_ui.session.address import (
    MAX_EDITS,
    MAX_NAME,
    MAX_PACKED,
    MAX_VALUE,
    NAMES,
    OPTIONS,
    BadParameter,
    View,
    describe,
    leaves_out,
    parse,
)

steps = st.none() | st.integers(0, 9999).map(str) | st.from_regex(r"[0-9]{1,4}\.[1-5]", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
options = st.dictionaries(st.sampled_from(sorted(OPTIONS)), st.none()).flatmap(
    lambda names: st.fixed_dictionaries({name: st.from_regex(OPTIONS[name], fullmatch=True) for name in names})
)
clamps = st.fixed_dictionaries(
    {
        "edit": st.just("clamp"),
        "quantities": st.sampled_from([["forget_gate"], ["input_gate", "output_gate"]]),
        "value": st.floats(-1, 1),
    },
    optional={
        "part": st.sampled_from(["decoder", "encoder.forward"]),
        "units": st.lists(st.integers(0, 47), min_size=1, max_size=3),
    },
)
replacements = st.fixed_dictionaries(
    {
        "edit": st.just("replace"),
        "part": st.just("attention"),
        "quantity": st.just("weights"),
        "step": st.integers(0, 40),
        "values": st.lists(st.floats(0, 1), min_size=1, max_size=12),
    }
)
edits = st.lists(clamps | replacements, max_size=3)
views = st.builds(
    View,
    model=st.none() | texts,
    text=st.none() | texts,
    reference=texts,
    peepholes=st.booleans(),
    forcing=st.booleans(),
    step=steps,
    options=options.map(lambda chosen: tuple(sorted(chosen.items()))),
)


@given(views, edits, st.none() | st.sampled_from(sorted(LANGUAGES)))
def test_an_address_restores_exactly_what_it_describes(view, edits, language):
    view = replace(view, edits=Edits.from_json(edits) if edits else None)
    parameters = describe(view, language)
    if view.step is not None:  # which the browser adds
        parameters["step"] = view.step
    assert parse(parameters) == (view, language, ())


@given(st.dictionaries(st.sampled_from([*View.__slots__, "lang", "utm_source", *OPTIONS]), texts))
def test_any_address_gives_a_view(parameters):
    view, language, bad = parse(parameters)
    assert language is None or language in LANGUAGES
    assert {parameter.name for parameter in bad} <= {"peepholes", "forcing", "edits", "step", "lang", *OPTIONS}
    assert dict(view.options).keys() <= parameters.keys() & OPTIONS.keys()
    assert view.text == parameters.get("text")


def test_what_is_at_its_default_is_not_in_the_address():
    assert describe(View(), None) == {}


def test_a_text_too_long_for_a_link_is_left_out_of_it():
    assert describe(View(text="x" * 2001, reference="y"), None) == {"reference": "y"}


def contexts(count, decimals):
    """Edits of as many contexts, each with as many numbers as the largest shipped model's."""
    draw = random.Random(count)
    numbers = (tuple(round(draw.uniform(-1, 1), decimals) for _ in range(512)) for _ in range(count))
    changed = (Replace(part="attention", quantity="context", step=t, values=row) for t, row in enumerate(numbers))
    return Edits(tuple(changed))


def test_the_contexts_of_other_sentences_are_part_of_a_link():
    edits = contexts(3, DECIMALS)
    address = describe(View(text="y", edits=edits), None)
    assert len(quote(address["edits"], safe="")) <= MAX_PACKED  # nothing in it has to be escaped
    view, _language, bad = parse(address)
    assert (view.edits, bad) == (edits, ())


def test_edits_too_long_for_a_link_are_left_out_of_it():
    view = View(text="y", edits=contexts(3, 16))
    assert describe(view, None) == {"text": "y"}
    assert leaves_out(view) and not leaves_out(replace(view, edits=None))


def packed(text):
    return "~" + urlsafe_b64encode(zlib.compress(text.encode())).decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", "abc"),
        ("step", "-1"),
        ("step", "1.9"),
        ("step", "1" * 50),
        ("peepholes", "off"),
        ("forcing", ""),
        ("lang", "xx"),
        ("cell", "sideways"),
        ("ratio", "1.5"),
        ("span", "3"),
    ],
)
def test_a_value_that_means_nothing_is_reported_and_left_out(name, value):
    view, language, bad = parse({name: value})
    assert (view, language, bad) == (View(), None, (BadParameter(name, value),))


CLAMP = '{"edit":"clamp","quantities":["cell"],"value":0}'
UNIT = '{{"edit":"clamp","quantities":["cell"],"value":0,"units":[{}]}}'


def values(text):
    return f'[{{"edit":"replace","part":"attention","quantity":"weights","step":0,"values":{text}}}]'


def token(text):
    return f'[{{"edit":"replace","part":"output","quantity":"token","step":0,"values":[{text}]}}]'


@pytest.mark.parametrize(
    "edits",
    [
        f"[{','.join([CLAMP] * (MAX_EDITS + 1))}]",
        f"[{','.join([CLAMP] * 2000)}]",
        f"[{UNIT.format(','.join(map(str, range(100_000))))}]",
        f"[{UNIT.format(10**9)}]",
        "[" * 15_000,
        "[" * 9_000 + "]" * 9_000,
        values(f"[{'9' * 15_000}]"),
        values("[1e400]"),
        values("[NaN]"),
        values("[[1]]"),
        values("7"),
        *map(token, ("NaN", "Infinity", "1e300", "0.5", "-1", "16777216", "1" * 5000, '"a"', "null", "true")),
        '[{"edit":"clamp","quantities":["cell"],"value":0,"part":{"a":1}}]',
        '[{"edit":"clamp","quantities":["cell"],"value":0,"steps":7}]',
        "~",
        "~é",
        "~AAAA",
        packed("[]")[:-4],
        packed("[" * 50_000_000),
        packed(f"[{','.join([CLAMP] * (MAX_EDITS + 1))}]"),
    ],
    ids=lambda edits: edits[:60],
)
def test_edits_that_no_model_could_take_are_left_out_at_once(edits):
    began = time.thread_time()
    view, _language, bad = parse({"edits": edits, "text": "8 mars 2025"})
    assert time.thread_time() - began < 0.5
    assert view == View(text="8 mars 2025") and [parameter.name for parameter in bad] == ["edits"]


def test_as_many_edits_as_a_link_may_have_are_read():
    view, _language, bad = parse({"edits": json.dumps([json.loads(CLAMP)] * MAX_EDITS)})
    assert not bad and len(view.edits.edits) == MAX_EDITS


@pytest.mark.parametrize("value", ["x" * (MAX_VALUE + 1), "a\ud800b", "\udfff"], ids=["long", "high", "low"])
@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_is_no_text_of_a_link_is_left_out_whatever_it_is_for(name, value):
    assert parse({name: value}) == (View(), None, (BadParameter(name, value),))


def test_of_a_parameter_that_is_there_twice_the_last_one_holds_and_the_other_is_named():
    view, _language, bad = parse({"text": "b", "utm_source": "d"}, twice={"text": "a", "utm_source": "c"})
    assert view == View(text="b") and bad == (BadParameter("text", "a"),)


@pytest.mark.parametrize("name", ["new_attention", "new_Cell", "NEW_SIZE", "new_", "new_cel", "new_peepholes"])
def test_an_unknown_setting_of_a_training_is_reported_and_no_other_unknown_name(name):
    view, _, bad = parse({name: "dot", "utm_source": "mail", "": "x"})
    assert view == View() and bad == (BadParameter(name, "dot"),)


def test_a_long_unknown_setting_is_reported_in_short():
    (bad,) = parse({"new_" + "x" * 5000: "1"})[2]
    assert len(bad.name) == MAX_NAME
