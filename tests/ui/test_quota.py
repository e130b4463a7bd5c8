"""The disk is bounded: so much for each visitor and for all, so many unfinished, and what nobody opens goes."""

import os
import re
import shutil
import time

import pytest
from disks import full_disk

from s2s_core import checkpoint
from s2s_core.checkpoint.folder import RUNNING, beside
from s2s_core.errors import CannotWrite, S2SError
from s2s_core.locks import locked
from s2s_core.recipes import OWN, Choice
from s2s_ui.capacity.places import Places
from s2s_ui.panels import training_order
from s2s_ui.session import caches
from s2s_ui.workshop import Limits, ShareFull, TooManyOpen, Workshop, new_secret, storage
from s2s_ui.workshop.limits import DAY, MB

LONG = Choice(task="reverse", size=32, steps=4000)
PAIRS = "".join(f"number {n}\t{n:b}\n" for n in range(300)).encode()
UNFINISHED = 1.27 * MB  # what a paused training of LONG takes
SECONDS = 600


@pytest.fixture(autouse=True)
def _few(few_letters):
    pass


@pytest.fixture
def opened(tmp_path):
    """Make a workshop with these limits; in the end its trainings are stopped."""
    made = []

    def make(**limits):
        made.append(Workshop(tmp_path / "runs", Places(2), most=50, limits=Limits(**limits)))
        return made[-1]

    yield make
    for training in [training for workshop in made for training in workshop._trainings.values()]:
        training.pause()
        training.join(SECONDS)


def stop(training):
    training.pause()
    training.join(SECONDS)
    return training


def taken(workshop) -> int:
    return sum(path.stat().st_size for path in workshop.root.rglob("*") if path.is_file())


def saved(workshop, **who):
    """A training that was paused after its model was made, so that it takes all that it can."""
    training = workshop.order(LONG, **who)
    deadline = time.monotonic() + SECONDS
    while training.progress.step < 1 and training.progress.active:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return stop(training)


def test_ordering_and_pausing_in_a_loop_ends_at_the_visitors_share(opened):
    workshop, visitor = opened(mb_each=5, open_each=100), new_secret()
    ended = []
    for _ in range(6):
        try:
            ended.append(saved(workshop, visitor=visitor).progress)
        except ShareFull:
            break
    assert taken(workshop) < 5.5 * MB
    refused = [progress.problem for progress in ended if progress.status == "failed"]
    assert refused and all(isinstance(problem, ShareFull) and problem.whose == "visitor" for problem in refused)
    assert [progress.status for progress in ended[:2]] == ["paused", "paused"]
    another = saved(workshop, visitor=new_secret())
    assert another.progress.status == "paused"  # whose share is their own


def test_new_visitors_in_a_loop_end_at_the_share_of_all(opened):
    workshop = opened(mb=4, mb_each=3)
    for _ in range(4):
        saved(workshop, visitor=new_secret())
    assert taken(workshop) < 4.5 * MB
    problem = saved(workshop, visitor=new_secret()).progress.problem
    assert isinstance(problem, ShareFull) and problem.whose == "all"


def test_a_training_that_was_refused_room_leaves_its_folder_free_and_goes_on_once_there_is_some(opened):
    workshop, visitor, key = opened(mb_each=3.2), new_secret(), new_secret()
    first = saved(workshop, visitor=visitor, key=key)
    second = saved(workshop, visitor=visitor, key=key)
    assert isinstance(second.progress.problem, ShareFull) and not second.folder.exists()
    workshop.steer(first.order.name, "delete", key)
    workshop.steer(second.order.name, "go on", key)
    stop(second)
    assert second.progress.status == "paused"


def test_files_of_pairs_count(opened):
    workshop, visitor = opened(mb_each=0.05), new_secret()
    with pytest.raises(ShareFull):
        workshop.order(Choice(task=OWN, size=32), file="n.tsv", pairs=PAIRS * 20, visitor=visitor)
    assert not list(workshop.root.rglob("*.tsv")) and not workshop._quota._promised


def test_so_many_unfinished_for_each_visitor(opened):
    workshop, visitor = opened(open_each=2), new_secret()
    first, second = (stop(workshop.order(LONG, visitor=visitor)) for _ in range(2))
    with pytest.raises(TooManyOpen):
        workshop.order(LONG, visitor=visitor)
    stop(workshop.order(LONG, visitor=new_secret()))
    anew = Workshop(workshop.root, Places(2), limits=workshop.limits)  # it counts what lies on the disk
    with pytest.raises(TooManyOpen):
        anew.order(LONG, visitor=visitor)
    finished = workshop.go_on(first) or first
    finished.end()
    finished.join(SECONDS)
    if finished.progress.status == "finished":
        stop(workshop.order(LONG, visitor=visitor))
    assert second.progress.status == "paused"


def test_two_sessions_of_one_visitor_at_once_have_one_share(opened):
    workshop, visitor = opened(open_each=1), new_secret()
    workshop._quota.order("reverse-1", visitor, 0)  # promised, and not written yet
    with pytest.raises(TooManyOpen):
        workshop._quota.order("reverse-2", visitor, 0)
    workshop._quota.settle("reverse-1")
    workshop._quota.order("reverse-2", visitor, 0)


def old(workshop, name, days):
    """As if a training had been opened last so many days ago."""
    storage.opened(workshop.root, name)
    then = time.time() - days * DAY
    os.utime(workshop.root / ".orders" / f".{name}.opened", (then, then))


def test_what_nobody_opens_goes_and_all_else_stays(opened):
    workshop = opened(days=10)
    gone, read, kept = (stop(workshop.order(LONG)).order.name for _ in range(3))
    for name in (gone, read, kept):
        old(workshop, name, 11)
    old(workshop, kept, 9)
    look = workshop.watch(read)  # opening it counts as use
    del look
    mine = workshop.root / "mine"  # a model that the command line has trained there
    shutil.copytree(workshop.root / read, mine) if (workshop.root / read).exists() else mine.mkdir()
    os.utime(mine, (0, 0))
    workshop.clean()
    assert workshop.training(gone) is None and not (workshop.root / gone).exists()
    assert workshop.training(read) and workshop.training(kept) and mine.exists()
    assert not [path for path in workshop.root.rglob("*") if gone in path.name]


def test_what_is_watched_or_runs_stays_however_long_ago_it_was_opened(opened):
    workshop = opened(days=10)
    watched, opened_as_model = stop(workshop.order(LONG)).order.name, saved(workshop).order.name
    running = workshop.order(LONG)
    looks = [workshop.watch(watched), workshop.watch(watched)]
    for name in (watched, opened_as_model, running.order.name):
        old(workshop, name, 11)
    workshop.opened(opened_as_model)  # as every other screen does
    looks.pop()  # one of two sessions has gone
    workshop.clean()
    assert all(workshop.training(name) for name in (watched, opened_as_model, running.order.name))
    looks.clear()
    stop(running)
    for name in (watched, opened_as_model, running.order.name):
        old(workshop, name, 11)
    workshop.clean()
    assert storage.names(workshop.root) == []


def test_what_another_process_trains_stays(opened):
    workshop = opened(days=10)
    name = stop(workshop.order(LONG)).order.name
    old(workshop, name, 11)
    other = Workshop(workshop.root, Places(2), limits=workshop.limits)
    with locked(beside(workshop.root / name, RUNNING)):
        other.clean()
    assert other.training(name) is not None
    other.clean()
    assert other.training(name) is None and workshop.training(name) is None


def test_a_training_of_an_older_version_has_its_time_from_now_on(opened):
    workshop = opened(days=10)
    name = stop(workshop.order(LONG)).order.name
    for path in (workshop.root / ".orders" / name, workshop.root / ".orders" / name / "order.json"):
        os.utime(path, (0, 0))
    workshop.clean()
    assert workshop.training(name) is not None
    assert 0 <= storage.unopened(workshop.root, name) < DAY


def test_cleaning_bears_what_somebody_deleted_or_put_there_by_hand(opened, caplog):
    workshop = opened(days=10)
    workshop.clean()  # there is no folder at all
    name = stop(workshop.order(LONG)).order.name
    old(workshop, name, 11)
    shutil.rmtree(workshop.root / name, ignore_errors=True)
    (workshop.root / ".orders" / "notes.txt").write_text("mine")
    workshop.clean()
    assert workshop.training(name) is None and storage.names(workshop.root) == ["notes.txt"]
    shutil.rmtree(workshop.root)
    workshop.clean()
    assert not workshop.root.exists()


def test_a_full_disk_still_lets_its_owner_delete_and_loses_nothing_else(opened):
    workshop, key = opened(), new_secret()
    kept, doomed = saved(workshop, key=key), saved(workshop, key=key)
    with full_disk():
        workshop.watch(kept.order.name)
        workshop.clean()
        with pytest.raises(CannotWrite) as caught:
            workshop.order(LONG, key=key)
        assert caught.value.full and "disk of this server is full" in training_order.problem(caught.value)
        workshop.steer(doomed.order.name, "delete", key)
    assert workshop.training(doomed.order.name) is None
    assert checkpoint.load(kept.folder, device="cpu") and storage.names(workshop.root) == [kept.order.name]


def test_a_mark_goes_with_its_training(opened):
    workshop = opened(days=10)
    name = stop(workshop.order(LONG)).order.name
    workshop.watch(name)
    shutil.rmtree(workshop.root / ".orders" / name)
    storage.opened(workshop.root, name)
    workshop.clean()
    assert not list((workshop.root / ".orders").iterdir())


def test_to_delete_is_whole_or_not_at_all(tmp_path):
    assert checkpoint.delete(tmp_path / "gone" / "name") and checkpoint.delete(tmp_path / "name")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere, target_is_directory=True)
    assert checkpoint.delete(tmp_path / "link") and elsewhere.exists() and not (tmp_path / "link").is_symlink()
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "file").write_text("x")
    assert not checkpoint.delete(folder, wanted=lambda: False) and folder.exists()
    with locked(beside(folder, RUNNING)):
        assert not checkpoint.delete(folder) and (folder / "file").exists()
    assert checkpoint.delete(folder) and {path.name for path in tmp_path.iterdir()} == {"elsewhere"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Limits()),
        ({"S2S_RUNS_MB": "10", "S2S_RUNS_MB_EACH": "2.5"}, Limits(mb=10, mb_each=2.5)),
        ({"S2S_RUNS_OPEN_EACH": "1", "S2S_RUNS_DAYS": "0.5"}, Limits(open_each=1, days=0.5)),
        ({"S2S_RUNS_DAYS": "inf", "S2S_RUNS_MB": " "}, Limits(days=float("inf"))),
    ],
)
def test_the_limits_are_options_of_the_server(environment, expected):
    assert Limits.of(environment) == expected


@pytest.mark.parametrize("value", ["0", "-1", "nan", "many", "1 GB", "-inf"])
def test_a_limit_that_means_nothing_is_said_and_lifts_nothing(value, caplog):
    assert Limits.of({"S2S_RUNS_MB": value}) == Limits()
    assert "S2S_RUNS_MB" in caplog.text and value in caplog.text


REFUSED = [ShareFull("visitor", 300), ShareFull("all", 2000), TooManyOpen(5)]


@pytest.mark.parametrize("error", REFUSED, ids=str)
def test_what_is_too_much_is_said_in_both_languages(monkeypatch, error):
    for language, remedy in (("en", "try again"), ("ko", "다시 해 보세요")):
        monkeypatch.setattr("s2s_ui.session.state.language", lambda language=language: language)
        said = training_order.problem(error)
        assert remedy in said and f"{error.limit:,g}" in said
        assert language == "en" or not re.search("[A-Za-z]", said.replace("MB", ""))


def test_the_limits_are_said_where_one_orders(open_app, monkeypatch):
    monkeypatch.setattr(caches.workshop(), "limits", Limits(mb=float("inf"), mb_each=12.5, open_each=3, days=7))
    app = open_app()
    app.switch_page("pages/train.py").run()
    (line,) = [caption.value for caption in app.caption if "MB" in caption.value]
    assert all(part in line for part in ("12.5 MB", "at most 3", "∞ MB", "7 days"))


def test_a_visitor_over_the_limit_reads_it_on_the_page(open_app, seen, monkeypatch):
    monkeypatch.setattr(caches.workshop()._quota, "limits", Limits(open_each=1))
    app = open_app(new_task="reverse", new_size="32", new_steps="4000")
    app.switch_page("pages/train.py").run()
    app.button(key="train").click().run()
    first = seen(app).link["run"]
    app.button(key="train").click().run()
    assert seen(app).link["run"] == first and "as many unfinished trainings" in seen(app).notice
    stop(caches.workshop().training(first))


def test_errors_are_the_users_own():
    assert all(isinstance(error, S2SError) and str(error) for error in REFUSED)
