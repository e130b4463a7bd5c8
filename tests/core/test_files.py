"""A file is there whole or not at all, and whether it can be written is known before."""

import os
from pathlib import Path

import pytest
from disks import full_disk

from s2s_core.errors import CannotWrite
from s2s_core.files import parts, printable, require_file, require_room, safe_name, writing


def test_a_file_is_replaced_whole_and_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old")
    (tmp_path / "there").chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "there")
    with writing(tmp_path / "link") as new:
        new.write_text("new")
        assert (tmp_path / "there").read_text() == "old"
    assert (tmp_path / "link").is_symlink() and (tmp_path / "there").read_text() == "new"
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]


def test_a_disk_that_is_full_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old")
    with pytest.raises(CannotWrite) as caught, writing(tmp_path / "there") as new, full_disk(10):
        new.write_text("new" * 100)
    assert caught.value.full and "make room there, then try again" in str(caught.value)
    assert (tmp_path / "there").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError])
def test_whatever_goes_wrong_leaves_nothing_half_written(tmp_path: Path, error: type[BaseException]) -> None:
    def half_way(new: Path) -> None:
        new.write_text("half")
        raise error

    with pytest.raises((error, CannotWrite)), writing(tmp_path / "new") as new:
        half_way(new)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("parents", [False, True])
@pytest.mark.parametrize(
    "name",
    ["file/x.npz", "folder", "x" * 300, "a\0b", "\ud800", "/proc/x", "/dev/null/x", "absent/x.npz"],
    ids=["below a file", "a folder", "long", "NUL", "half a character", "proc", "device", "absent"],
)
def test_what_cannot_be_written_is_known_before(tmp_path: Path, name: str, parents: bool) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    path = tmp_path / name
    if name == "absent/x.npz" and parents:
        require_file(path, parents=True)
    else:
        with pytest.raises(CannotWrite) as caught:
            require_file(path, parents=parents)
        assert str(caught.value).isprintable() and len(str(caught.value)) < 450
    assert sorted(tmp_path.rglob("*")) == before


def test_room_is_asked_for_and_given_back(tmp_path: Path) -> None:
    require_room(tmp_path / "x", size=100_000)
    with full_disk(50_000):
        require_room(tmp_path / "x", size=40_000)
        with pytest.raises(CannotWrite) as caught:
            require_room(tmp_path / "x", size=100_000)
    assert caught.value.full and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "con",
        "CON.tsv",
        "lpt1.",
        "a\0b\n\x1b",
        "x" * 300,
        "가" * 300,
        "\U0002000b" * 300,
    ]
    + ["😀.tsv", "a/b\\c:d*e?.csv", " a. ", "-rf", "\ud800.tsv", ".hidden", "é" * 3],
    ids=ascii,
)
def test_any_text_gives_a_name_that_a_disk_takes(tmp_path: Path, text: str) -> None:
    name = safe_name(text, "fallback")
    assert 0 < len(os.fsencode(name)) <= 201 and name == name.strip(" .") and name.isprintable()
    assert name.split(".")[0].lower() not in ("con", "prn", "aux", "nul", "com1", "lpt1")
    (tmp_path / name).write_text("")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert safe_name(name, "other") == name
    printable(text).encode()


def test_only_what_is_not_whole_counts_as_a_part(tmp_path: Path) -> None:
    for name in (".a.01234567.part", ".a.b.01234567.part", ".a.part", "a.01234567.part", ".a.0123456.part"):
        (tmp_path / name).mkdir()
    assert sorted(name for name, _path in parts(tmp_path)) == ["a", "a.b"]
