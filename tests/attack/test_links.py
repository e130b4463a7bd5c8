"""Links: every parameter of an address may be anything. Read, written again, and opened on the pages through app.py."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attack import texts, values
from attack.measure import Attack, Bounds, Refused
from streamlit.testing.v1 import AppTest

from s2s_core.checkpoint import load
from s2s_core.edits import PARTS, Edits
from s2s_ui.session import pages
from s2s_ui.session.address import FIELDS, MAX_LINK_TEXT, OPTIONS, View, describe, parse

ROOT = Path(__file__).parents[2]
PAGES = tuple(page.script for page in pages.PAGES.values())
PAGE = Bounds(answered=3.0)
QUANTITIES = (
    "forget_gate",
    "input_gate",
    "hidden",
    "cell",
    "weights",
    "scores",
    "context",
    "token",
    "forget_peephole",
    "x",
)
CLAMP = {"edit": "clamp", "quantities": ["forget_gate"], "value": 0.0}
WRITE = {"edit": "replace", "part": "output", "quantity": "token", "step": 0}

# Addresses that once cost a server much or broke a page
KNOWN: dict[str, dict[str, str]] = {
    "2,000 clamps": {"edits": json.dumps([CLAMP] * 2000)},
    "2,000 clamps of units": {"edits": json.dumps([{**CLAMP, "units": list(range(48))}] * 2000)},
    "2,000 words": {"edits": json.dumps([{**WRITE, "values": [5]}] * 2000)},
    "a clamp of 100,000 steps": {"edits": json.dumps([{**CLAMP, "steps": list(range(100_000))}])},
    "a clamp of 100,000 quantities": {"edits": json.dumps([{**CLAMP, "quantities": ["hidden"] * 100_000}])},
    "a token that no token is": {"edits": json.dumps([{**WRITE, "values": [1e30]}])},
    "a token of 2 to the 63": {"edits": json.dumps([{**WRITE, "values": [2**63]}])},
    "a token of 400 digits": {"edits": json.dumps([{**WRITE, "values": [10**400]}])},
    "deep edits": {"edits": values.DEEP},
    "edits of 5,000 digits": {"edits": "1" * 5000},
    "a layer of 400 digits": {"edits": json.dumps([{**CLAMP, "layer": 10**400}])},
    "40,000 marks": {"text": texts.KINDS["marks out of order"](Random(1), 40_000)},
    "30,000 other marks": {"text": texts.KINDS["marks the wrong way round"](Random(1), 30_000)},
    "15,000 flags": {"text": "🇰🇷" * 15_000},
    "a million letters": {"text": "a" * 1_000_000},
    "a reference of flags": {"reference": "🇰🇷" * 15_000, "forcing": "1"},
    "another text of marks": {"other_text": "a" + "\u0301\u0316" * 900},
    "en-fr and flags": {"text": "🇰🇷" * 15_000, "model": "en-fr"},
    "a path for a model": {"model": "/etc/passwd", "other": "..", "card": "..", "run": ".."},
    "a model of NUL": {"model": "\0", "other": ".", "card": ".", "run": "."},
    "an edit of surrogates": {"edits": '[{"edit": "clamp", "quantities": ["\\ud800"], "value": 0}]'},
    "a name without end": {"model": "x" * 100_000, "run": "x" * 80, "card": "x" * 80},
    "digits of other scripts": {"unit": "٣", "step": "٣", "span": "٣-٣", "seed": "٣", "position": "３", "chapter": "٣"},
    "markup": {
        "text": texts.MARKUP[0],
        "model": texts.MARKUP[1],
        "reference": texts.MARKUP[3],
        "lang": texts.MARKUP[8],
    },
}


def edits(rng: Random) -> str:
    """Edits as JSON: good ones, changed ones, many of them."""
    entries: list[Any] = []
    for _ in range(int(3000 ** rng.random())):
        if rng.random() < 0.5:
            entries.append({**CLAMP, "quantities": [rng.choice(QUANTITIES)], "part": rng.choice((*PARTS, None))})
            entries[-1] |= {"units": [rng.randrange(64)]} if rng.random() < 0.5 else {}
        else:
            entries.append({"edit": "replace", "part": rng.choice(PARTS), "quantity": rng.choice(QUANTITIES)})
            entries[-1] |= {"step": rng.randrange(12), "values": [rng.random()] * rng.choice((1, 12, 14, 96))}
    if rng.random() < 0.6:
        _what, entries = values.replaced(rng, entries)
    return json.dumps(entries) if rng.random() < 0.9 else rng.choice(values.RAW_JSON)


def drawn(rng: Random) -> dict[str, str]:
    """An address of some hostile parameters."""
    names = (*FIELDS, *OPTIONS, "edits", "step", "lang", "utm_source")
    address: dict[str, str] = {}
    for name in rng.sample(names, k=rng.choice((1, 2, 5, len(names)))):
        if name == "edits":
            address[name] = edits(rng)
        elif name == "model" and rng.random() < 0.7:
            address[name] = rng.choice(("dates", "ko-pronounce", "dates-gru", "dates-last", *values.NAMES))
        else:
            number = rng.choice(("0", "1", "9999", "-1", "2-9", "9-2", "1e9", "9" * 400))
            address[name] = rng.choice((number, rng.choice(values.NAMES), texts.drawn(rng, most=20_000)[1]))
    return {name: text.encode(errors="replace").decode() for name, text in address.items()}  # as a server decodes it


def told(address: dict[str, str]) -> str:
    return f"{address!r:.140}"


def read_and_used(address: dict[str, str]) -> tuple[View, dict[str, str]]:
    """The view of an address, its edits put to use, and the address that it writes."""
    view, language, _bad = parse(address)
    if view.edits is not None:
        load_dates().trace("March 8, 2025", edit=view.edits)
    return view, describe(view, language)


MODEL: list[Any] = []


def load_dates() -> Any:
    if not MODEL:
        MODEL.append(load("dates", device="cpu"))
    return MODEL[0]


def tried(attack: Attack, what: str, address: dict[str, str]) -> None:
    load_dates()
    came = attack.call(what, lambda: read_and_used(address), Bounds(answered=1.0))
    if came is None or isinstance(came, Refused):
        return
    view, again = came
    short = view.edits is None and all(len(value) <= MAX_LINK_TEXT for value in address.values())
    if short and parse(again)[0] != replace(view, step=None):  # the step is the browser's to write
        attack.fault(f"{what}: the link that is written is another one")
    if view.edits is not None and Edits.from_json(json.loads(json.dumps(view.edits.to_json()))) != view.edits:
        attack.fault(f"{what}: the edits that are written are others")


@pytest.mark.parametrize("name", KNOWN)
def test_an_address_is_read_at_once(attack: Attack, name: str) -> None:
    tried(attack, name, KNOWN[name])
    attack.verdict()


def test_drawn_addresses(attack: Attack) -> None:
    for seed in attack.seeds(0.05):
        address = drawn(Random(seed))
        tried(attack, f"seed {seed}: {told(address)}", address)
    attack.verdict()


# ---------------------------------------------------------------------------------------------- on the pages


def opened(address: dict[str, str], page: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    return app if page == "watch" else app.switch_page(f"pages/{page}.py").run()


def wrong(app: AppTest) -> str:
    """What is wrong with an app that has run."""
    if app.exception:
        return f"an exception on the page: {app.exception[0].message!r:.150}"
    bodies = [element.proto.body for element in app.main if element.type == "html"]
    if any("Something went wrong" in body for body in bodies):
        return "something went wrong inside the program"
    return ""


def shown(attack: Attack, what: str, address: dict[str, str], page: str) -> None:
    opened({}, page)  # what any visit computes is there already
    came = attack.call(f"{what} on {page}", lambda: opened(address, page), PAGE, wait=300.0)
    if isinstance(came, AppTest) and (problem := wrong(came)):
        attack.fault(f"{what} on {page}: {problem}")


# One page each: what is read at once above is what costs, and a page takes a second
ON_PAGES = tuple(KNOWN)[::3]


@pytest.mark.parametrize("name", ON_PAGES)
def test_a_page_opens_from_an_address(attack: Attack, name: str) -> None:
    page = PAGES[ON_PAGES.index(name) % len(PAGES)]
    shown(attack, name, KNOWN[name], page)
    attack.verdict()


def test_pages_from_drawn_addresses(attack: Attack) -> None:
    for seed in attack.seeds(0.15):
        rng = Random(seed)
        address = drawn(rng)
        shown(attack, f"seed {seed}: {told(address)}", address, rng.choice(PAGES))
    attack.verdict()
