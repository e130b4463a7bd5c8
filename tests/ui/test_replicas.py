"""Two real servers behind a real proxy with a real store: one is frozen, the other killed, and nobody loses anything.

The proxy is Caddy with the Caddyfile of compose.yaml, the store Valkey or Redis. A tab speaks Streamlit's websocket.
"""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from engines import free_port, proxy, store
from redis import Redis
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from visitors import PATIENCE, ROOT, serving
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

ORDER = {"task": "reverse", "size": 32, "steps": 300, "cell": "gru", "bidirectional": False, "context": "last"}
LINK = "new_task=reverse&new_size=32&new_steps=300&new_cell=gru&new_ways=forward&new_look=last"
ALONE = """
import json, sys
from pathlib import Path
from s2s_core import threads
from s2s_core.recipes import Choice, run
threads.limit(1)
choice = Choice(**json.loads(sys.argv[1]))
for _ in run(choice.recipe("alone"), Path(sys.argv[2]), command=""):
    pass
"""


SECONDS = 600  # to wait at most, however busy the machine is
OPEN: list["Tab"] = []


class Tab:
    """A tab of a browser: its cookies, its address, what it keeps, and what its page shows."""

    def __init__(self, host: str, page="", query="", *, cookie="", kept: dict | None = None) -> None:
        self.host, self.page, self.query = host, page, query
        self.cookie = cookie  # that of another tab leads to the same replica
        self.session = self.page_hash = ""
        self.kept = kept or {}  # what owner.js keeps in the browser's storage
        self.elements: list = []
        self.open = ExitStack()
        OPEN.append(self)
        self.connect()

    def connect(self) -> None:
        """Load the page, then open its websocket; after a loss with all that the page knows, as Streamlit's does."""
        self.open.close()
        request = urllib.request.Request(f"http://{self.host}/_stcore/health", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            given = [line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie") or []]
            self.cookie = next((line for line in given if line.startswith("s2s_replica=")), self.cookie)
        protocols = ["streamlit", *(["xsrf", self.session] if self.session else [])]
        told = {"subprotocols": protocols, "additional_headers": {"Cookie": self.cookie}}
        self.line = self.open.enter_context(
            connect(f"ws://{self.host}/_stcore/stream", max_size=None, ping_interval=None, **told)
        )
        self.run()
        if self.kept and self.page == "train":
            self.run(json_value={self.id("bidi_component", "owner"): json.dumps({"held": self.kept})})

    def back(self) -> None:
        """The connection is lost: connect until somebody answers, as the page does."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self.connect()
            except (OSError, WebSocketException):
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def run(self, **states: dict) -> None:
        """Let the page's script run, with these states of widgets, and take its answer."""
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_name = self.page
        asked.rerun_script.page_script_hash = self.page_hash
        for kind, values in states.items():
            for name, value in values.items():
                setattr(asked.rerun_script.widget_states.widgets.add(id=name), kind, value)
        self.line.send(asked.SerializeToString())
        self.elements = []
        while True:
            message = ForwardMsg.FromString(self.line.recv(PATIENCE))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id or self.session
                self.elements = []
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self.elements.append(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                break
        for told in [
            element.bidi_component for element in self.elements if element.WhichOneof("type") == "bidi_component"
        ]:
            if told.component_name == "s2s_owner":
                data = json.loads(told.json)
                keys = self.kept.get("keys", {}) | data["keys"]
                self.kept = {"visitor": self.kept.get("visitor", data["visitor"]), "keys": keys}

    def ids(self, kind: str) -> list[str]:
        return [getattr(element, kind).id for element in self.elements if element.WhichOneof("type") == kind]

    def id(self, kind: str, key: str) -> str:
        return next(name for name in self.ids(kind) if name.endswith(f"-{key}"))

    def press(self, key: str) -> None:
        """Press a button as soon as the page offers it: what another replica did is seen a moment later."""
        until(lambda: self.run() or self.offers(key))
        self.run(trigger_value={self.id("button", key): True})

    def offers(self, key: str) -> bool:
        return any(name.endswith(f"-{key}") for name in self.ids("button"))

    def type(self, sentence: str) -> None:
        self.run(string_value={self.id("text_input", "text"): sentence})

    @property
    def stage(self) -> str:
        """The sentence on the stage."""
        (data,) = [element.bidi_component.bytes for element in self.elements
                   if element.bidi_component.component_name == "s2s_stage"]  # fmt: skip
        header = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
        return "".join(header["source"]["tokens"][:-1]).replace("␣", " ")

    @property
    def said(self) -> str:
        """What stands on the bar of a training's progress."""
        return next(
            (element.progress.text for element in self.elements if element.WhichOneof("type") == "progress"), ""
        )

    @property
    def step(self) -> int:
        found = re.search(r"[Uu]pdate ([\d,]+)", self.said)
        return int(found[1].replace(",", "")) if found else 0


def until(holds, *, every: float = 0.2):
    deadline = time.monotonic() + SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(every)  # there is no event to wait for: one process looks at another
    return found


def trains(address: str) -> int:
    """How many trainings run on a replica, by its own account."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=PATIENCE) as answer:
        told = re.findall(r'seq2scope_trainings{status="training"} (\S+)', answer.read().decode())
    return sum(int(float(count)) for count in told)


def rows(folder: Path) -> list[dict[str, str]]:
    """The log of a training without the time that it took."""
    lines = csv.DictReader((folder / "training-log.csv").read_text().splitlines())
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


@pytest.mark.slow
def test_a_replica_is_frozen_one_is_killed_and_everybody_goes_on(tmp_path):
    runs, alone = tmp_path / "runs", tmp_path / "alone"
    logs = [tmp_path / "replica-0.txt", tmp_path / "replica-1.txt"]
    with ExitStack() as stack, ThreadPoolExecutor() as threads:
        url = stack.enter_context(store(tmp_path))
        environment = {"S2S_STORE": url, "S2S_RUNS": str(runs), "STREAMLIT_SERVER_COOKIE_SECRET": "the same"}
        replicas = list(threads.map(lambda log: stack.enter_context(serving(log, environment)), logs))
        host = stack.enter_context(proxy(tmp_path, [address for address, _ in replicas]))
        uninterrupted = subprocess.Popen([sys.executable, "-c", ALONE, json.dumps(ORDER), str(alone)], cwd=ROOT)
        stack.callback(uninterrupted.wait)
        stack.callback(uninterrupted.kill)
        client = Redis.from_url(url)
        stack.callback(client.close)
        stack.callback(lambda: [tab.open.close() for tab in OPEN])

        for address, _ in replicas:
            with urllib.request.urlopen(f"http://{address}/healthz", timeout=PATIENCE) as answer:
                assert json.load(answer) == {"models": True, "disk": True, "store": True}

        # Every request and every connection of a session goes to one replica
        owner = Tab(host, "train", LINK)
        near, far = Tab(host, cookie=owner.cookie), until(lambda: (found := Tab(host)).cookie != owner.cookie and found)
        for student, text in ((near, "March 9, 2024"), (far, "17 juin 2023")):
            student.type(text)
            mine = student.cookie
            for _ in range(3):
                student.back()
            assert student.cookie == mine and student.stage == text

        # A training runs on one replica, is seen on both, and is steered by its owner alone, on either
        owner.press("train")
        name = re.search(r"run=(reverse-\w+)", owner.query)[1]
        folder, lease = runs / name, f"s2s:training:{name}:lease"
        watcher, elsewhere = [
            Tab(host, "train", f"run={name}", cookie=far.cookie, kept=kept) for kept in (None, owner.kept)
        ]
        until((folder / "training").is_dir)
        first = replicas[0] if trains(replicas[0][0]) else replicas[1]
        (one, one_pid), (two, two_pid) = first, *(other for other in replicas if other is not first)
        assert trains(two) == 0
        until(lambda: watcher.run() or watcher.step)
        assert not watcher.offers("pause")
        elsewhere.press("pause")
        until(lambda: owner.run() or owner.offers("go_on"))
        elsewhere.press("go_on")
        until(lambda: trains(two))
        assert trains(one) == 0

        # Its replica is frozen: it goes on at the other one, and so does whoever was there
        token, reached = client.get(lease), len(rows(folder))
        until(lambda: len(rows(folder)) > reached)
        os.kill(two_pid, signal.SIGSTOP)
        until(lambda: client.get(lease) not in (None, token))
        reached = len(rows(folder))
        until(lambda: len(rows(folder)) > reached)

        # It wakes up and writes nothing any more; the other one is killed, and the training goes on once more
        token = client.get(lease)
        os.kill(two_pid, signal.SIGCONT)
        os.kill(one_pid, signal.SIGKILL)
        for student, text in ((near, "March 9, 2024"), (far, "17 juin 2023")):
            place = student.query
            student.back()
            assert (student.stage, student.query, student.cookie) == (text, place, watcher.cookie)
        owner.back()
        assert owner.cookie == watcher.cookie and (owner.offers("pause") or owner.offers("delete"))
        until(lambda: client.get(lease) != token)
        until(lambda: owner.run() or "Done" in owner.said)

        assert uninterrupted.wait(SECONDS) == 0
        assert (folder / "model.safetensors").read_bytes() == (alone / "model.safetensors").read_bytes()
        assert rows(folder) == rows(alone)
        assert not client.exists(lease) and not client.smembers("s2s:trainings:going")
    said = [log.read_text() for log in logs]
    assert all("Traceback" not in text for text in said)
    assert [text.count("goes on here") for text in said] == [1, 1]
    assert sum(text.count("was taken over") for text in said) == 1


def test_a_server_that_cannot_reach_its_store_says_so_and_does_not_start(tmp_path):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={free_port()}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true"]
    away = {"S2S_STORE": f"redis://:secret@127.0.0.1:{free_port()}/0", "S2S_RUNS": str(tmp_path)}
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **away}, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 1 and "Traceback" not in said and "secret" not in said
    assert [line for line in said.splitlines() if "no Valkey or Redis answers there" in line] == said.split("\n")[:1]
