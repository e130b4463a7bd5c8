"""Models are listed by what their checkpoints say and loaded when one is looked at; damaged ones are left out."""

import logging
import shutil

import pytest

from s2s_core import checkpoint
from s2s_core.checkpoint import locate, names
from s2s_core.recipes import VARIATIONS
from s2s_ui import cached


@pytest.fixture
def unread(monkeypatch):
    """The names of the models that are loaded and described from now on, nothing being remembered."""
    cached._load.clear()
    cached._describe.clear()
    read = {"load": [], "describe": []}

    def noted(way):
        real = getattr(checkpoint, way)

        def noting(folder, **options):
            read[way].append(folder.name)
            return real(folder, **options)

        return noting

    for way in read:
        monkeypatch.setattr(cached, way, noted(way))
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
    listed = list(cached.models())
    assert listed[0] == "dates"
    bases = [VARIATIONS[name].base if name in VARIATIONS else name for name in listed]
    assert bases == sorted(bases, key=bases.index)
    assert [name for name in listed if name not in VARIATIONS] == list(dict.fromkeys(bases))
    assert [sibling.name for sibling in cached.siblings("dates-last")] == [
        name for name, base in zip(listed, bases, strict=True) if base == "dates"
    ]


def test_a_damaged_model_is_left_out_until_it_is_mended(open_app, torn, caplog):
    weights = locate("torn") / "model.safetensors"
    whole = weights.read_bytes()
    torn()
    with caplog.at_level(logging.WARNING):
        app = open_app()
    assert "torn" not in cached.models() and "torn: model.safetensors has been edited or cut short" in caplog.text
    weights.write_bytes(whole)
    app.run()
    assert "torn" in cached.models()


def test_a_model_that_is_damaged_after_it_was_listed_is_told_in_one_sentence(open_app, seen, torn):
    open_app()
    torn()
    screen = seen(open_app(model="torn"))
    assert screen.notice.startswith("The model cannot be loaded: model.safetensors has been edited or cut short")
    assert screen.source == cached.models()["dates"].examples[0]
