"""The pictures of the documentation can be taken again, and are of the size that they say."""

import os
import struct

import pytest

from docs import screenshot

NAMES = sorted(screenshot.PICTURES) if os.environ.get("PICTURES") == "all" else ["projector"]


def size(path):
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return struct.unpack(">II", head[16:])


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_taken_again(browser, server, tmp_path, name):
    taken = screenshot.take(browser, server, name, tmp_path)
    assert size(taken) == screenshot.PICTURES[name].size
    assert taken.stat().st_size > 20_000  # a page without its figures is smaller


@pytest.mark.parametrize("name", screenshot.PICTURES)
def test_the_picture_that_is_kept_has_its_size(name):
    assert size(screenshot.ROOT / "docs" / f"{name}.png") == screenshot.PICTURES[name].size
