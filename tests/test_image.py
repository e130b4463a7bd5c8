"""The container without Docker: what its Dockerfile runs, in a fresh virtual environment and as a fresh user.

The commands are read from the Dockerfile. Replaced are its two folders, /app and /data, and its port; the base image is
this machine's Python. The environment sees the packages of the tests, so `pip install` finds out that these are what it
would install: to unpack a gigabyte again takes minutes. With S2S_IMAGE=whole it does. Not tried are the image itself,
its layers, and the containers of compose.yaml.
"""

import fnmatch
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import ROOT, free_port, installed

from benchmarks.servers import PATIENCE

USER = "seq2scope"
DOCKERFILE = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text("utf-8"))
STEPS = [tuple(line.split(None, 1)) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
IGNORED = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
ON_THIS_MACHINE = {  # what changes the time that it takes, and not what is installed
    "PIP_NO_CACHE_DIR": "0",
    "PIP_NO_COMPILE": "1",
    "PIP_RETRIES": "1",
}


def wanted(path: str) -> bool:
    """Whether .dockerignore lets a file through: a pattern is matched from the root, or anywhere after "**/"."""
    parts = Path(path).parts
    begins = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    return not any(
        fnmatch.fnmatch(name, pattern.removeprefix("**/"))
        for pattern in IGNORED
        for name in (parts if pattern.startswith("**/") else begins)
    )


def files() -> list[str]:
    """What a build takes in: the files of the repository that .dockerignore lets through."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in found.split("\0") if path and wanted(path)]


def test_the_image_has_every_model_and_all_that_the_app_reads_and_nothing_else():
    tops = {path.partition("/")[0] for path in files()}
    assert {"app.py", "pages", "s2s_core", "s2s_ui", "static", "checkpoints", "experiments", ".streamlit"} <= tops
    assert not {"tests", "benchmarks", "docs", ".ci", ".github", "deploy"} & tops
    models = {path.split("/")[1] for path in files() if re.fullmatch(r"checkpoints/[^/]+/model.safetensors", path)}
    assert models == {path.parent.name for path in (ROOT / "checkpoints").glob("*/model.safetensors")}


def test_no_compiler_and_another_user_than_root():
    runs = [text for kind, text in STEPS if kind == "RUN"]
    assert not [text for text in runs if re.search(r"apt|gcc|build-essential", text)]
    assert all("--only-binary=:all:" in text for text in runs if "pip install" in text)
    last = [text for kind, text in STEPS if kind == "USER"][-1]
    kinds = [kind for kind, _ in STEPS]
    assert last == USER and kinds.index("USER") < kinds.index("CMD") and "HEALTHCHECK" in kinds


def test_the_proxy_of_the_replicas_is_set_up_as_caddy_understands_it(tmp_path):
    command = [installed("caddy"), "validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")]
    for address in (":80", "scope.school.example"):
        home = {"S2S_ADDRESS": address, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        ended = subprocess.run(command, env={**os.environ, **home}, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr


def test_the_names_of_compose_are_those_that_are_read():
    text = (ROOT / "compose.yaml").read_text("utf-8")
    caddy = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    proxied = text.partition("\n  proxy:\n")[2]
    assert set(re.findall(r"\{\$(S2S_\w+)", caddy)) == set(re.findall(r"^      (S2S_\w+):", proxied, re.MULTILINE))
    replicas = re.findall(r"^  (replica-\d): \*replica$", text, re.MULTILINE)
    (listed,) = re.findall(r"S2S_REPLICAS: (.*)", text)
    assert len(replicas) == 2 and listed.split() == [f"{name}:8501" for name in replicas]
    (data,) = [words for kind, words in STEPS if kind == "VOLUME"]
    assert f"- data:{data}" in text


class Machine:
    """A folder that stands for the container's root, and a user."""

    def __init__(self, root: Path) -> None:
        self.root, self.place, self.user = root, root / "app", ""
        self.port = str(free_port())
        system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
        self.environment = {**kept, "PATH": ":".join([f"{root}/venv/bin", *system])}

    def here(self, text: str) -> str:
        return re.sub(r"(?<![\w.:/])/(app|data)\b", rf"{self.root}/\1", text).replace("8501", self.port)

    def command(self, line: str) -> list[str]:
        """A line of the Dockerfile as a command of this machine."""
        variables = {**self.environment, **ON_THIS_MACHINE, "HOME": f"/home/{USER}" if self.user else "/root"}
        clean = ["env", "-i", "-C", str(self.place), *(f"{name}={value}" for name, value in variables.items())]
        words = [*clean, "sh", "-c", self.here(line)]
        return [*AS_ROOT, "runuser", "-u", self.user, "--", *words] if self.user else [*AS_ROOT, *words]

    def do(self, kind: str, text: str) -> None:
        match kind:
            case "ENV":
                self.environment |= dict(pair.split("=", 1) for pair in self.here(text).split())
            case "WORKDIR":
                self.place = Path(self.here(text))
                self.place.mkdir(exist_ok=True)
            case "USER":
                self.user = text
            case "COPY":
                named = text.split()[:-1]
                for path in files() if named == ["."] else named:
                    (self.place / path).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / path, self.place / path)
            case "RUN":
                ended = subprocess.run(self.command(text), capture_output=True, text=True, check=False)
                assert ended.returncode == 0, f"{text}\n{ended.stdout}\n{ended.stderr}"
                self.said = ended.stdout
            case _:
                assert kind in ("FROM", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"), kind


AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


def interpreter() -> str:
    """A Python that any user can start; one below /root cannot be."""
    for path in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        tried = [*AS_ROOT, "runuser", "-u", "nobody", "--", path, "-c", "import ensurepip"]
        if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
            return path
    pytest.fail("no Python that any user can start (on Debian: apt-get install python3-venv)")


def share_packages(environment: Path) -> None:
    """Let a virtual environment see the packages of this one, if it has the same Python and its user can read them."""
    mine = sysconfig.get_path("purelib")
    theirs = environment / "lib" / Path(mine).parts[-2] / "site-packages"
    readable = [*AS_ROOT, "runuser", "-u", "nobody", "--", "test", "-r", f"{mine}/torch/__init__.py"]
    whole = os.environ.get("S2S_IMAGE") == "whole"
    if theirs.exists() and not whole and subprocess.run(readable, check=False).returncode == 0:
        (theirs / "packages.pth").write_text(mine)


@pytest.fixture
def machine() -> Iterator[Machine]:
    if os.environ.get("CI") != "true":
        pytest.skip("it adds a user to the machine, so it runs with CI=true alone")
    if any(entry.pw_name == USER for entry in pwd.getpwall()):
        pytest.fail(f"there is a user {USER} already, whom this test would delete")
    root = Path(tempfile.mkdtemp(prefix="s2s-image-"))
    try:
        root.chmod(0o755)
        (root / "app").mkdir()
        subprocess.run([interpreter(), "-m", "venv", str(root / "venv")], check=True)
        share_packages(root / "venv")
        yield Machine(root)
    finally:
        subprocess.run([*AS_ROOT, "userdel", "--remove", USER], capture_output=True, check=False)
        subprocess.run([*AS_ROOT, "rm", "-rf", str(root)], check=False)


@pytest.mark.slow
def test_its_commands_make_a_server_that_is_healthy_as_another_user(machine):
    for kind, text in STEPS:
        machine.do(kind, text)
    assert machine.said.strip() == "2025-03-08"
    command = " ".join(json.loads(dict(STEPS)["CMD"]))
    check = dict(STEPS)["HEALTHCHECK"].partition("CMD ")[2]
    with (machine.root / "log.txt").open("w") as log:
        server = subprocess.Popen(machine.command(f"exec {command}"), stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while subprocess.run(machine.command(check), capture_output=True, check=False).returncode:
            assert server.poll() is None and time.monotonic() < deadline, (machine.root / "log.txt").read_text()
            time.sleep(0.2)
    finally:
        subprocess.run([*AS_ROOT, "kill", str(server.pid)], check=False)
        server.wait(PATIENCE)
