"""Checkpoints that appear, change or go are seen, though the folders are not read for every question."""

import os
import time

import pytest

from s2s_core.errors import CheckpointError
from s2s_ui.session import shelf


@pytest.fixture
def root(tmp_path):
    scans = []

    def scan():
        scans.append(1)
        return {path.name: path for path in tmp_path.iterdir() if (path / "manifest.json").exists()}

    def names():
        return sorted(shelf.scanned((tmp_path,), scan))

    names.scans, names.path = scans, tmp_path
    return names


def _checkpoint(folder, content="{}"):
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(content, "utf-8")


def test_many_questions_are_one_scan(root):
    _checkpoint(root.path / "one")
    assert [root() for _ in range(50)] == [["one"]] * 50 and len(root.scans) == 1


def test_what_comes_and_goes_is_seen_at_once(root):
    assert root() == []
    _checkpoint(root.path / "new")
    assert root() == ["new"]
    (root.path / "new").rename(root.path / "other")
    assert root() == ["other"]


def test_a_folder_that_is_filled_later_is_found_within_seconds(root):
    (root.path / "late").mkdir()
    assert root() == []
    _checkpoint(root.path / "late")
    deadline = time.monotonic() + 2 * shelf.FRESH
    while not root():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert root() == ["late"]


@pytest.mark.parametrize("change", ["in place", "replaced"])
def test_a_manifest_that_changes_is_read_again(tmp_path, change):
    folder = tmp_path / "model"
    _checkpoint(folder, '{"a": 1}')
    stamp = shelf.stamp_of(folder)
    assert shelf.manifest(folder) == shelf.manifest(folder) == b'{"a": 1}'
    if change == "in place":
        (folder / "manifest.json").write_text('{"a": 22}', "utf-8")
    else:
        (tmp_path / "other").write_text('{"a": 2}', "utf-8")
        os.replace(tmp_path / "other", folder / "manifest.json")
    assert shelf.manifest(folder) != b'{"a": 1}' and shelf.stamp_of(folder) != stamp


def test_a_manifest_that_goes_is_missed(tmp_path):
    folder = tmp_path / "model"
    _checkpoint(folder)
    shelf.manifest(folder)
    (folder / "manifest.json").unlink()
    assert shelf.stamp_of(folder) is None
    with pytest.raises(CheckpointError):
        shelf.manifest(folder)
