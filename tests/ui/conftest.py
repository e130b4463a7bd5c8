"""The app without a browser: every test goes in through app.py, as a reader does."""

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from class_client import Client, begin, close_streams
from streamlit.testing.v1 import AppTest
from visitors import serving

from s2s_core.recipes import choice
from s2s_core.tasks import reverse

ROOT = Path(__file__).parents[2]

PATIENCE = 600  # seconds after which a run that does not end is stopped

Open = Callable[..., AppTest]


@pytest.fixture
def open_app() -> Open:
    """Open the app at an address and run it, for example `open_app(text="March 8, 2025", lang="ko")`."""

    def run(**address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return run


@pytest.fixture(scope="module")
def few_letters():
    """Limit the number of pairs of the letters task, to save time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choice, "_HELD_OUT", 20)
        patch.setitem(reverse.USUAL_SIZES, "train", 500)
        yield


class Screen:
    """What a reader sees of an app that has run."""

    def __init__(self, app: AppTest) -> None:
        self.app = app

    @property
    def stage(self) -> dict[str, Any]:
        """The header of the message that the stage got."""
        (component,) = [element for element in self.app.main if getattr(element, "key", None) == "stage"]
        message = component.proto.bytes
        return json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])

    def figure(self, key: str, *columns: str) -> list[dict[str, Any]]:
        """The rows of an Altair figure that have these columns, of all its layers."""
        tables = [pyarrow.ipc.open_stream(dataset.data.data).read_all() for dataset in self._drawn(key).datasets]
        return [row for table in tables if {*columns} <= {*table.column_names} for row in table.to_pylist()]

    def slider(self, key: str) -> int:
        """Where the slider of an Altair figure begins."""
        (slider,) = [each for each in json.loads(self._drawn(key).spec)["params"] if "bind" in each]
        return slider["value"]

    def _drawn(self, key: str) -> Any:
        elements = iter(self.app.main)
        next(element for element in elements if getattr(element, "key", None) == f"figure_{key}")
        return next(element for element in elements if element.type == "vega_lite_chart").proto

    @property
    def source(self) -> str:
        """The source on the stage with typed spaces, without the end mark."""
        header = self.stage
        end = header["words"]["end"]
        tokens = header["source"]["tokens"]
        return "".join(tokens[:-1] if tokens[-1] == end else tokens).replace("␣", " ")

    @property
    def link(self) -> dict[str, str]:
        """The parameters of the address."""
        parameters = self.app.query_params
        return {name: value if isinstance(value, str) else value[-1] for name, value in parameters.items()}

    @property
    def notice(self) -> str:
        """The line over the caption."""
        bodies = [element.proto.body for element in self.app.main if element.type == "html"]
        found = [match[1] for body in bodies if (match := re.search(r"s2s-notice[^>]*>(.*)</p>", body))]
        assert len(found) <= 1
        return html.unescape(found[0]) if found else ""


# A live class on a real server; see class_client.py
@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(scope="module")
def class_server(class_folder) -> Iterator[str]:
    """The address of a server for the classes of one file of tests."""
    environment = {"S2S_RUNS": str(class_folder / "runs"), "S2S_FRAMES": "", "S2S_STORE": ""}
    with serving(class_folder / "log.txt", environment) as (address, _):
        yield address
    assert "Traceback" not in (class_folder / "log.txt").read_text()


@pytest.fixture
def teacher(class_server) -> Iterator[Client]:
    """A teacher with a new class, which shows SHOW. At the end it is deleted, and all streams are closed."""
    client = begin(class_server)
    yield client
    close_streams()
    client.post("lead", {"do": "delete"})


@pytest.fixture
def join(teacher) -> Callable[..., Client]:
    """A function that adds a student to the teacher's class; ``told`` is the response."""
    return teacher.seat


@pytest.fixture
def seen() -> Callable[[AppTest], Screen]:
    return Screen
