"""Whose a training is: it is steered with its key alone, in the workshop and on the page; its name is not guessed."""

import json
import re
import secrets
import shutil
import time

import pytest

from s2s_core import checkpoint
from s2s_core.recipes import Choice
from s2s_ui.capacity.places import Places
from s2s_ui.panels import owner, training_order
from s2s_ui.session import caches
from s2s_ui.workshop import Gone, NotTheOwner, StillRunning, Workshop, new_secret, ownership

LONG = Choice(task="reverse", size=32, steps=4000)
SECONDS = 600
KEYS = "stored training keys"  # where a session holds them


@pytest.fixture(autouse=True)
def _few(few_letters):
    pass


@pytest.fixture
def workshop(tmp_path):
    made = Workshop(tmp_path / "runs", Places(2), most=3)
    yield made
    for training in made._trainings.values():
        training.pause()
        training.join(SECONDS)


def paused(workshop, key="", choice=LONG):
    """A training that has saved something and is paused."""
    training = workshop.order(choice, key=key)
    training.pause()
    training.join(SECONDS)
    assert training.progress.status == "paused"
    return training


def test_a_key_has_enough_chance_and_only_its_hash_is_on_the_disk(workshop):
    keys = {new_secret() for _ in range(100)}
    assert len(keys) == 100 and all(len(key) * 6 >= 128 and ownership.SECRET.fullmatch(key) for key in keys)
    key, visitor = new_secret(), new_secret()
    training = workshop.order(LONG, key=key, visitor=visitor)
    training.pause()
    training.join(SECONDS)
    written = b"".join(path.read_bytes() for path in workshop.root.rglob("*") if path.is_file())
    assert key.encode() not in written and visitor.encode() not in written
    assert ownership.hashed(key).encode() in written


def test_a_name_has_64_bits_and_differs_each_time(workshop):
    names = {paused(workshop).order.name for _ in range(2)}
    assert len(names) == 2 and all(re.fullmatch(r"reverse-[0-9a-f]{16}", name) for name in names)


@pytest.mark.parametrize("command", ["pause", "end", "go on", "delete"])
def test_nothing_but_the_key_steers(workshop, command):
    key = new_secret()
    training = paused(workshop, key)
    name, written = training.order.name, training.order.key
    before = training.progress
    other = new_secret()
    paused(workshop, other)
    wrong = ["", name, written, other, key[:-1], key + "A", key.swapcase(), f" {key}", "A" * 32, "é" * 32, "\0" * 32]
    for guess in [*wrong, *(secrets.token_urlsafe(24) for _ in range(200))]:
        with pytest.raises(NotTheOwner):
            workshop.steer(name, command, guess)
    assert training.progress is before and training._request in ("", "pause") and training.folder.exists()


@pytest.mark.parametrize("key", [None, 3, b"A" * 32, ["A" * 32], True])
def test_a_key_that_is_no_text_opens_nothing(workshop, key):
    training = paused(workshop, new_secret())
    assert not workshop.owns(training.order.name, key)


def test_its_owner_pauses_goes_on_ends_and_deletes(workshop):
    key = new_secret()
    training = workshop.order(LONG, key=key)
    name = training.order.name
    with pytest.raises(StillRunning):
        workshop.steer(name, "delete", key)
    workshop.steer(name, "pause", key)
    training.join(SECONDS)
    assert training.progress.status == "paused"
    workshop.steer(name, "go on", key)
    assert training.progress.active
    workshop.steer(name, "end", key)
    training.join(SECONDS)
    assert training.progress.status == "finished"
    workshop.steer(name, "delete", key)
    assert workshop.training(name) is None and workshop.folders() == {}
    assert not [path for path in workshop.root.rglob("*") if path.name != ".orders"]
    for command in ("pause", "go on", "delete"):
        with pytest.raises(Gone):
            workshop.steer(name, command, key)
    with pytest.raises(Gone):
        workshop.go_on(training)  # another session's look at it


def test_a_new_start_of_the_server_leaves_the_training_its_owner(workshop):
    key = new_secret()
    name = paused(workshop, key).order.name
    anew = Workshop(workshop.root, Places(2))
    assert anew.owns(name, key) and not anew.owns(name, new_secret())


def older(workshop):
    """A paused training as an older version left it: with a short name, and no owner."""
    training = paused(workshop)
    name = "reverse-0a1b2c3d"
    training.folder.rename(workshop.root / name)
    place = workshop.root / ".orders" / name
    (workshop.root / ".orders" / training.order.name).rename(place)
    data = json.loads((place / "order.json").read_text(encoding="utf-8"))
    (place / "order.json").write_text(
        json.dumps({"name": name, "file": "", "choice": data["choice"]}), encoding="utf-8"
    )
    del workshop._trainings[training.order.name]
    return name


def test_a_training_of_an_older_version_opens_and_has_no_owner(workshop):
    name = older(workshop)
    found = workshop.training(name)
    assert found is not None and found.progress.status == "paused"
    for key in ("", new_secret(), "A" * 32):
        with pytest.raises(NotTheOwner):
            workshop.steer(name, "go on", key)


@pytest.mark.parametrize("written", ["", "None", "é", "\ud800", 3, None, [], "0" * 63, ownership.hashed("x") + " "])
def test_an_order_with_a_damaged_hash_has_no_owner(workshop, written):
    name = older(workshop)
    path = workshop.root / ".orders" / name / "order.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | {"key": written, "visitor": written}), encoding="utf-8")
    assert workshop.training(name) is not None
    assert not any(workshop.owns(name, key) for key in ("", "None", new_secret()))


def test_what_somebody_deleted_by_hand_is_gone_and_lets_the_others_be(workshop):
    key = new_secret()
    whole, half = paused(workshop, key), paused(workshop, key)
    shutil.rmtree(workshop.root / ".orders" / whole.order.name)
    shutil.rmtree(half.folder)
    assert workshop.training(whole.order.name) is None
    found = workshop.training(half.order.name)
    assert found is not None and found.progress.status == "paused" and not found.progress.saved
    workshop.steer(half.order.name, "go on", key)
    workshop.steer(half.order.name, "end", key)
    found.join(SECONDS)
    assert found.progress.status in ("finished", "training") and checkpoint.is_checkpoint(found.folder)


# ---- on the page


def buttons(app) -> set[str]:
    return {button.key for button in app.button}


def page(open_app, **address):
    app = open_app(**address)
    app.switch_page("pages/train.py").run()
    assert not app.exception
    return app


@pytest.fixture
def begun(open_app, seen):
    """The page of somebody who has begun a training, and its name."""
    app = page(open_app, new_task="reverse", new_size="32", new_steps="4000")
    app.button(key="train").click().run()
    name = seen(app).link["run"]
    yield app, name
    if run := caches.workshop().training(name):
        run.pause()
        run.join(SECONDS)


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Only the person who began"), ("ko", "시작한 사람만")])
def test_a_link_watches_and_says_who_steers(open_app, begun, lang, sentence):
    app, name = begun
    assert {"pause", "end"} <= buttons(app)
    watcher = page(open_app, run=name, lang=lang)
    assert not {"pause", "end", "go_on", "delete"} & buttons(watcher)
    assert any(sentence in caption.value for caption in watcher.caption)
    assert not any(sentence in caption.value for caption in app.caption)


def test_the_key_is_in_no_address(begun, seen):
    app, name = begun
    key = app.session_state[KEYS][name]
    assert ownership.SECRET.fullmatch(key) and not any(key in value for value in seen(app).link.values())


@pytest.mark.parametrize("held", ["", "A" * 32])
@pytest.mark.parametrize("pressed", ["pause", "end"])
def test_a_button_that_is_pressed_without_the_key_does_nothing(begun, seen, held, pressed):
    """As a message to the server does that somebody has made up: the button's callback asks for the key itself."""
    app, name = begun
    run = caches.workshop().training(name)
    deadline = time.monotonic() + SECONDS
    while run.progress.status != "training":
        assert time.monotonic() < deadline and run.progress.active
        time.sleep(0.005)
    app.run()
    app.session_state[KEYS] = {name: held}
    app.button(key=pressed).click().run()
    assert run._request == "" and run.progress.active
    assert seen(app).notice.startswith("Only the person who began this training")
    assert pressed not in buttons(app)


def test_a_training_without_an_owner_says_that_nobody_steers_it(open_app):
    run = caches.workshop().order(Choice(task="reverse", size=32, steps=20))
    run.join(SECONDS)
    app = page(open_app, run=run.order.name)
    assert any("noted no owner" in caption.value for caption in app.caption)


def test_it_is_deleted_by_its_owner_and_the_page_says_it_is_gone(open_app, begun, seen):
    app, name = begun
    app.button(key="pause").click().run()
    caches.workshop().training(name).join(SECONDS)
    app.run()
    app.button(key="delete").click().run()
    assert not app.exception and "run" not in seen(app).link
    assert "There is no training" in seen(page(open_app, run=name)).notice


@pytest.fixture
def session(monkeypatch):
    """The values that one session stores, without a script."""
    values = {}
    monkeypatch.setattr(owner.state, "stored", values.get)
    monkeypatch.setattr(owner.state, "store", values.__setitem__)
    return values


def test_a_new_session_takes_over_the_keys_that_its_browser_kept(begun, session):
    app, name = begun
    key, visitor = app.session_state[KEYS][name], new_secret()
    assert not owner.steers(caches.workshop().training(name))
    assert owner.adopt({"visitor": visitor, "keys": {"reverse-0": "A" * 32, name: key}, "linked": {}}) == [name]
    assert owner.steers(caches.workshop().training(name)) and owner.visitor() == visitor
    assert owner.adopt({"visitor": visitor, "keys": {name: key}}) == []


def test_a_wrong_link_takes_nothing_away_and_a_right_one_steers(begun, session):
    app, name = begun
    key = app.session_state[KEYS][name]
    assert owner.adopt({"keys": {}, "linked": {name: "A" * 32}}) == []
    assert owner.adopt({"keys": {name: "B" * 32}, "linked": {name: key}}) == [name]
    assert owner.adopt({"keys": {}, "linked": {name: "A" * 32}}) == [] and owner.key(name) == key


FORGED = [
    None,
    3,
    "keys",
    [],
    {"keys": 3},
    {"keys": [["a", "b"]], "visitor": 7},
    {"visitor": "short", "keys": {"../runs": "A" * 32, "": "", "\0": "A" * 32}},
    {"visitor": "A" * 10_000, "keys": {"x" * 10_000: "A" * 32}},
    {"visitor": None, "keys": {"reverse-0": {"key": 1}, ".orders": "A" * 32}, "linked": "A" * 32},
    {"keys": {f"reverse-{n}": "A" * 32 for n in range(10_000)}},
]


@pytest.mark.parametrize("told", FORGED, ids=lambda told: repr(told)[:40])
def test_what_a_browser_makes_up_is_no_key_and_fills_no_session(begun, session, told):
    secret = owner.visitor()
    for _ in range(2):
        assert owner.adopt(told) == []
    assert owner.visitor() == secret
    assert sum(len(str(value)) for value in session.values()) < 20_000


@pytest.mark.parametrize("error", [NotTheOwner("x"), Gone("x"), StillRunning("x")], ids=lambda error: str(error))
def test_why_it_cannot_be_steered_is_korean_throughout(monkeypatch, error):
    monkeypatch.setattr("s2s_ui.session.state.language", lambda: "ko")
    assert not re.search("[A-Za-z]", training_order.problem(error))
