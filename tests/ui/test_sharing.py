"""Several replicas in one process, with a real store: who runs a training, what the others see, and who stops."""

import sys
import threading
import time
import zlib
from dataclasses import replace

import numpy as np
import pytest
from engines import free_port, store
from redis import Redis

from s2s_core import checkpoint
from s2s_core.errors import CannotWrite, InvalidConfig
from s2s_core.recipes import Choice
from s2s_core.tasks import Count
from s2s_core.tasks.problems import FileProblem
from s2s_core.tokenizer import VocabularyTooSmall
from s2s_core.training import NothingFits, ProbeAttention, Sample
from s2s_ui import store as stores
from s2s_ui.capacity.places import Places
from s2s_ui.panels import training_order
from s2s_ui.store import StoreAway
from s2s_ui.workshop import (
    Broken,
    Diverged,
    NotTheOwner,
    Progress,
    Replicas,
    StillRunning,
    Workshop,
    new_secret,
    telling,
)

CHOICE = Choice(task="reverse", size=32, steps=30, cell="gru", bidirectional=False, context="last")  # quick
LONG = replace(CHOICE, steps=500)
SECONDS = 600  # to wait at most, however busy the machine is


@pytest.fixture(autouse=True)
def _few(few_letters):
    pass


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with store(tmp_path_factory.mktemp("store")) as url:
        yield url


@pytest.fixture
def client(url):
    made = Redis.from_url(url)
    made.flushall()
    yield made
    made.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, few_letters):
    """The training that nothing interrupts."""
    training = Workshop(tmp_path_factory.mktemp("whole"), Places(2)).order(CHOICE)
    training.join(SECONDS)
    return training


@pytest.fixture
def pair(client, tmp_path):
    """Two replicas; what the threads of a server do now and then, a test does with `turn`."""
    made = [Workshop(tmp_path / "runs", Places(2), sharing=Replicas(client, seconds=SECONDS), most=3) for _ in range(2)]
    yield made
    for workshop in made:
        for training in workshop._trainings.values():
            training.pause()
            training.join(SECONDS)


def until(holds, *turning):
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        for workshop in turning:
            workshop.tell()
        time.sleep(0.01)  # there is no event to wait for: one replica looks at another now and then


def weights(training) -> bytes:
    return (training.folder / "model.safetensors").read_bytes()


def test_one_replica_runs_it_the_other_sees_it_and_its_end(pair):
    one, other = pair
    training = one.order(CHOICE)
    name = training.order.name
    until(lambda: (seen := other.training(name)) and seen.progress.scores, one)
    seen = other.training(name)
    assert not seen.here and training.here and seen.progress.active
    assert other.counts()["training"] == 0 and one.counts()["training"] == 1
    other.go_on(seen)
    other.take_over()
    assert not seen.here and seen._thread is None
    training.join(SECONDS)
    assert other.training(name) is seen
    assert seen.progress.status == "finished"
    assert seen.progress.losses == training.progress.losses and seen.progress.scores == training.progress.scores
    assert seen.progress.samples == training.progress.samples and len(seen.progress.samples) == 3


def test_its_owner_steers_it_from_any_replica_and_nobody_else_from_any(pair, whole):
    one, other = pair
    key = new_secret()
    training = one.order(CHOICE, key=key)
    name = training.order.name
    until(lambda: training.progress.scores)
    for command in ("pause", "end", "go on", "delete"):
        with pytest.raises(NotTheOwner):
            other.steer(name, command, new_secret())
    with pytest.raises(StillRunning):
        other.steer(name, "delete", key)
    other.steer(name, "pause", key)
    until(lambda: not training.here, one)
    assert training.progress.status == "paused" == other.training(name).progress.status
    other.steer(name, "go on", key)
    assert other.training(name).here and not one.training(name).here
    until(lambda: one.training(name).progress.status in ("training", "scoring", "finished"), other)
    other.training(name).join(SECONDS)
    assert one.training(name).progress.status == "finished"
    assert one.training(name).progress.losses == whole.progress.losses
    assert weights(training) == weights(whole)
    one.steer(name, "delete", key)
    assert one.training(name) is None is other.training(name)


def test_a_request_for_what_rests_is_not_done_later(pair):
    one, other = pair
    key = new_secret()
    training = one.order(LONG, key=key)
    training.pause()
    training.join(SECONDS)
    other.steer(training.order.name, "pause", key)
    one.go_on(training)
    one.tell()
    assert training._request == ""


def test_what_a_killed_replica_ran_goes_on_elsewhere_once(pair, client, whole):
    one, other = pair
    training = one.order(CHOICE)
    name = training.order.name
    until(lambda: training.progress.scores)
    training.lease.lost = True  # its process is gone, so nothing of it is written any more
    training.join(SECONDS)
    assert not client.delete("s2s:training:nobody:lease") and not other.sharing.interrupted()
    client.delete(f"s2s:training:{name}:lease")  # the lease has run out
    others = [Workshop(one.root, Places(2), sharing=Replicas(client, seconds=SECONDS)) for _ in range(4)]
    threads = [threading.Thread(target=workshop.take_over) for workshop in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = [workshop._trainings[name] for workshop in others if name in workshop._trainings]
    ran = [found for found in known if found._thread is not None]
    assert len(ran) == 1
    ran[0].join(SECONDS)
    for workshop in others:
        workshop.take_over()
        assert workshop.training(name).progress.status == "finished" and not workshop.training(name).here
    assert weights(ran[0]) == weights(whole) and ran[0].progress.losses == whole.progress.losses


def test_a_replica_whose_lease_was_given_away_stops_before_it_writes(pair, client):
    one, _ = pair
    training = one.order(LONG)
    name = training.order.name
    until(lambda: training.progress.saved)
    with checkpoint.guarded(training.lease.check):
        pass
    client.set(f"s2s:training:{name}:lease", "another replica's token")
    before = {path.name: path.read_bytes() for path in training.folder.rglob("*") if path.is_file()}
    training.pause()  # which saves
    training.join(SECONDS)
    after = {path.name: path.read_bytes() for path in training.folder.rglob("*") if path.is_file()}
    assert after == before and training.progress.problem is None
    assert client.get(f"s2s:training:{name}:lease") == b"another replica's token"
    assert client.sismember("s2s:trainings:going", name)


def test_the_store_may_go_away_and_come_back(tmp_path):
    port = free_port()
    with store(tmp_path, port) as url:
        one = Workshop(tmp_path / "runs", Places(2), sharing=Replicas(Redis.from_url(url), seconds=2))
        training = one.order(LONG)
        until(lambda: training.progress.saved, one)
    training.join(SECONDS)  # its lease has run out: another replica may have it
    assert training.progress.status == "paused" and not training.here
    with pytest.raises(StoreAway) as caught:
        one.go_on(training)
    assert training_order.problem(caught.value).startswith("This server cannot reach the store")
    with pytest.raises(StoreAway):
        one.order(CHOICE)
    assert one.training(training.order.name) is training
    assert [path.name for path in (one.root / ".orders").iterdir() if path.name[0] != "."] == [training.order.name]
    with store(tmp_path, port):
        time.sleep(2.1)  # a store that was away is not asked at once again
        one.go_on(training)
        until(lambda: training.progress.status == "training", one)
        training.end()
        training.join(SECONDS)
    assert training.progress.status == "finished"


# ---------------------------------------------------------------------------------- what travels through the store
FULL = Progress(
    status="failed",
    step=7,
    steps=60,
    epoch=0.25,
    pairs=300,
    parameters=12_345,
    dropped=2,
    losses=((6, 1.25), (7, 0.1)),
    scores=((6, 0.3, {"exact": 12.5}),),
    probe=ProbeAttention(step=7, src_tokens=("a", "</s>"), tgt_tokens=("가",), weights=np.float32([[0.1, 0.9]])),
    samples=(Sample("a", "b", "c"),),
    known=(Sample("가", "나", "\ud800"),),
    count=Count(rows=3, train=1, dev=1, test=1, columns=("en", "ko"), numbers=("id",)),
    best_step=6,
    left=3.5,
    saved=True,
)
ERRORS = [
    Broken("something went wrong inside the program"),
    Diverged("the loss is not a finite number", 6),
    NothingFits(3, 10, 20),
    FileProblem("many rows", {"file": "a.tsv", "limit": "200,000"}),
    CannotWrite("/data/runs/x", "No space left on device", True),
]


def test_a_progress_travels_whole():
    assert telling.unpacked(telling.packed(Progress())) == Progress()
    found = telling.unpacked(telling.packed(FULL))
    assert replace(found, probe=None) == replace(FULL, probe=None)
    assert found.probe.src_tokens == FULL.probe.src_tokens and (found.probe.weights == FULL.probe.weights).all()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_why_it_failed_is_said_elsewhere_in_the_same_words(error):
    found = telling.unpacked(telling.packed(replace(FULL, problem=error))).problem
    assert type(found) is type(error) and str(found) == str(error)
    assert training_order.problem(found) == training_order.problem(error)


def test_the_cause_of_an_error_travels_with_it():
    error = InvalidConfig("too few pieces")
    error.__cause__ = VocabularyTooSmall("unigram", 450, 300)
    found = telling.unpacked(telling.packed(replace(FULL, problem=error))).problem
    assert training_order.problem(found) == training_order.problem(error) and "450" in training_order.problem(found)


@pytest.mark.parametrize("content", [b"", b"x", b"\x80\x04K\x03.", zlib.compress(b"[1]"), zlib.compress(b"{}")])
def test_what_is_no_progress_is_none(content):
    assert telling.unpacked(content) is None


# ------------------------------------------------------------------------------------------------- the connection
@pytest.fixture
def named(monkeypatch):
    stores._connected.cache_clear()
    yield lambda url: monkeypatch.setenv(stores.NAME, url)
    stores._connected.cache_clear()


def test_without_the_variable_a_server_is_alone(named):
    named("")
    assert stores.client() is None


def test_a_store_that_answers_is_used(named, url):
    named(url)
    assert stores.client().ping() and stores.client() is stores.client()


@pytest.mark.parametrize("address", ["redis://:secret@127.0.0.1:1/0", "redis://127.0.0.1:1", "unix:///nowhere.sock"])
def test_a_store_that_cannot_be_reached_is_one_sentence_without_a_password(named, address):
    named(address)
    with pytest.raises(StoreAway) as caught:
        stores.client()
    said = str(caught.value)
    assert "S2S_STORE" in said and "no Valkey or Redis answers there" in said and "secret" not in said
    assert "\n" not in said


@pytest.mark.parametrize("address", ["localhost:6379", "http://localhost", "redis://localhost:x/0", "yes"])
def test_an_address_that_is_none_says_how_one_looks(named, address):
    named(address)
    with pytest.raises(StoreAway, match="redis://HOST:6379/0"):
        stores.client()


def test_without_its_package_it_says_what_brings_it(named, monkeypatch):
    named("redis://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(StoreAway, match=r"pip install 'seq2scope\[replicas\]'"):
        stores.client()
