"""Models are listed by what their checkpoints say and loaded when one is looked at; damaged ones are left out."""

import json
import logging
import os
import shutil

import pytest

from s2s_core import checkpoint
from s2s_core.checkpoint import locate, names, sealed, store
from s2s_core.errors import CheckpointError
from s2s_core.recipes import VARIATIONS
from s2s_ui.session import caches


@pytest.fixture
def unread(monkeypatch):
    """The names of the models that are loaded and described from now on, nothing being remembered."""
    caches._load.clear()
    caches._describe.clear()
    read = {"load": [], "describe": []}

    def noted(way):
        real = getattr(checkpoint, way)

        def noting(folder, **options):
            read[way].append(folder.name)
            return real(folder, **options)

        return noting

    for way in read:
        monkeypatch.setattr(caches, way, noted(way))
    return read


@pytest.fixture
def torn(tmp_path, monkeypatch):
    """A checkpoint called torn beside the shipped ones; what it returns cuts its weights short."""
    shutil.copytree(locate("dates-last"), tmp_path / "torn")
    monkeypatch.setenv("S2S_CHECKPOINTS", str(tmp_path))
    return lambda: (tmp_path / "torn" / "model.safetensors").write_bytes(b"")


def test_a_first_visit_describes_every_model_and_loads_the_one_it_shows(open_app, unread):
    app = open_app()
    assert unread["load"] == ["dates"]
    assert sorted(unread["describe"]) == names()
    app.run()
    app.selectbox(key="model").set_value("dates-last").run()
    assert unread["load"] == ["dates", "dates-last"]
    assert sorted(unread["describe"]) == names()


def test_the_menu_has_a_base_and_then_its_siblings(open_app):
    open_app()
    listed = list(caches.models())
    assert listed[0] == "dates"
    bases = [VARIATIONS[name].base if name in VARIATIONS else name for name in listed]
    assert bases == sorted(bases, key=bases.index)
    assert [name for name in listed if name not in VARIATIONS] == list(dict.fromkeys(bases))
    assert [sibling.name for sibling in caches.siblings("dates-last")] == [
        name for name, base in zip(listed, bases, strict=True) if base == "dates"
    ]


def test_a_damaged_model_is_left_out_until_it_is_mended(open_app, torn, caplog):
    weights = locate("torn") / "model.safetensors"
    whole = weights.read_bytes()
    torn()
    with caplog.at_level(logging.WARNING):
        app = open_app()
    assert "torn" not in caches.models() and "torn: model.safetensors has been edited or cut short" in caplog.text
    weights.write_bytes(whole)
    app.run()
    assert "torn" in caches.models()


def test_a_model_that_is_damaged_after_it_was_listed_is_told_in_one_sentence(open_app, seen, torn):
    open_app()
    torn()
    screen = seen(open_app(model="torn"))
    assert screen.notice.startswith("The model cannot be loaded: model.safetensors has been edited or cut short")
    assert screen.source == caches.models()["dates"].examples[0]


def reseal(folder, **files):
    """A checkpoint with other files, sealed as if they belonged there."""
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    there = json.loads((folder / "manifest.json").read_bytes())["files"]
    sealed.seal(folder, list(there), format_name=store.FORMAT)


def config_with(**changes):
    def spoil(folder):
        config = json.loads((folder / "config.json").read_bytes())
        reseal(folder, config_json=json.dumps(config | changes).encode())

    return spoil


def weights_of_nothing(folder):
    content = (folder / "model.safetensors").read_bytes()
    reseal(folder, model_safetensors=content[:-4] + b"\xff\xff\xff\xff")


def snapshots_of_nothing(folder):
    (folder / "snapshots.npz").write_bytes(b"PK\x05\x06" + b"\0" * 18)
    reseal(folder)


def card_of_nothing(folder):
    (folder / "CARD.md").unlink()
    (folder / "CARD.md").symlink_to("/dev/zero")


LEFT_OUT = {
    "a title that is none": config_with(title=7),
    "a deep title": config_with(title=[[[]]]),
    "examples that are none": config_with(examples=[1, 2]),
    "no examples": config_with(examples=[]),
    "empty examples": config_with(examples=["", " "]),
    "no model": config_with(model=None),
    "a pipe": lambda folder: (folder / "source.json").unlink() or os.mkfifo(folder / "source.json"),
}
NOT_LOADED = {
    "examples that it cannot read": config_with(examples=["x" * 5000]),
    "weights that are no numbers": weights_of_nothing,
}
SHOWN = {"snapshots that are none": snapshots_of_nothing, "a card that is none": card_of_nothing}


@pytest.mark.parametrize("spoil", [*LEFT_OUT.values(), *NOT_LOADED.values()], ids=[*LEFT_OUT, *NOT_LOADED])
def test_an_unusable_checkpoint_is_one_model_and_no_broken_page(open_app, seen, torn, caplog, spoil):
    spoil(locate("torn"))
    with caplog.at_level(logging.WARNING):
        app = open_app(model="torn")
    if spoil in LEFT_OUT.values():
        assert "torn" not in caches.models()
        app.run()
        assert sum("torn" in record.getMessage() for record in caplog.records) == 1  # and not at every run
    assert seen(app).notice.startswith("The model cannot be loaded: ")
    app.switch_page("pages/watch.py").run()
    assert seen(app).source == caches.models()["dates"].examples[0] and len(caches.models()) >= 22


@pytest.mark.parametrize("spoil", SHOWN.values(), ids=SHOWN)
def test_what_only_goes_with_a_model_does_not_take_it_away(open_app, seen, tmp_path, monkeypatch, spoil):
    shutil.copytree(locate("dates"), tmp_path / "bare")
    monkeypatch.setenv("S2S_CHECKPOINTS", str(tmp_path))
    spoil(tmp_path / "bare")
    app = open_app(model="bare").switch_page("pages/attention.py").run()
    assert not seen(app).notice and app.selectbox(key="model").value == "bare"
    assert caches.card("bare") == "" or spoil is not card_of_nothing


def test_the_app_begins_with_the_first_model_that_can_be_loaded(open_app, seen, monkeypatch):
    def broken(folder, **options):
        if folder.name == "dates":
            raise CheckpointError(folder, "it is broken")
        return checkpoint.load(folder, **options)

    caches._load.clear()
    monkeypatch.setattr(caches, "load", broken)
    app = open_app()
    assert app.selectbox(key="model").value == list(caches.models())[1] and not seen(app).notice
    caches._load.clear()
