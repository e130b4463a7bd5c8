"""Readers without a browser: each is a session that speaks Streamlit's websocket as its page does.

A reader types a sentence into the field of the sentence, which sends the state of that widget, and waits until the
stage has come with its own sentence and the script has ended. Like the page, it tells the server which large messages
it has already, and gets only their names for these.
"""

import asyncio
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 120  # seconds until an answer that does not come is a failure
SOURCE = b'"source":{"tokens":'
ERROR, WAIT = '<p class="s2s-notice s2s-error', b'<p class="s2s-wait'
KEPT_RUNS = 2  # the page forgets a large message that so many runs have not used


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one sentence."""

    seconds: float  # from the sending to the end of the script
    received: int  # bytes on the websocket
    began: float  # when the sentence was sent, of time.monotonic()
    told: bool  # whether the server said that it has to wait


@dataclass(slots=True)
class Reader:
    """One session. `open` shows the page, `ask` types a sentence."""

    address: str
    query: str
    page: str = ""
    shown: str = ""  # the source of the stage that came last, without marks of spaces
    session: str = ""  # the name that the server gave it
    _typed: str = ""
    _line: ClientConnection | None = None
    _field: str = ""  # the id of the sentence's widget
    _page_hash: str = ""
    _large: dict[str, int] = field(default_factory=dict)  # hash of a large message -> the run that used it last
    _stages: dict[str, str] = field(default_factory=dict)  # hash of a stage's message -> its source
    _run: int = 0

    async def open(self) -> Answer:
        """Open the page as a new visitor, and wait for its first picture."""
        return await self._come(("streamlit",), BackMsg())

    async def come_back(self) -> Answer:
        """Connect again as the page does: it names its session, and tells its address and what its widgets say."""
        assert self._line is None
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._page_hash
        if self._typed:
            asked.rerun_script.widget_states.widgets.add(id=self._field, string_value=self._typed)
        return await self._come(("streamlit", "xsrf", self.session), asked)

    async def _come(self, names: Sequence[str], asked: BackMsg) -> Answer:
        url = f"ws://{self.address}/_stcore/stream"
        self._line = await connect(url, subprotocols=[Subprotocol(name) for name in names], max_size=None)
        return await self._ask(asked, None)

    async def ask(self, sentence: str) -> Answer:
        """Type a sentence and press Enter; wait for the stage of this very sentence and the end of the script."""
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._page_hash
        state = asked.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = self._field, sentence
        self._typed = sentence
        return await self._ask(asked, sentence)

    async def close(self) -> None:
        """Leave, as by closing the tab."""
        if self._line is not None:
            await self._line.close()
            self._line = None

    async def _ask(self, asked: BackMsg, sentence: str | None) -> Answer:
        assert self._line is not None
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_name = self.page
        asked.rerun_script.cached_message_hashes.extend(self._large)
        self._run += 1
        began, received, shown, told = time.monotonic(), 0, None, False
        await self._line.send(asked.SerializeToString())
        while True:
            data = await asyncio.wait_for(self._line.recv(), PATIENCE)
            assert isinstance(data, bytes)
            received += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                shown = self._look(message) or shown
                told = told or WAIT in data
            elif kind == "ref_hash":
                self._large[message.ref_hash] = self._run
                shown = self._stages.get(message.ref_hash, shown)
            elif kind == "new_session":
                self._page_hash = message.new_session.page_script_hash
                self.session = message.new_session.initialize.session_id
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                assert message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY, message
                break
        if sentence is not None:
            assert shown is not None and _plain(shown) == _plain(sentence), f"asked for {sentence}, got {shown}"
        self.shown = _plain(shown or self.shown)
        self._large = {name: run for name, run in self._large.items() if self._run - run < KEPT_RUNS}
        self._stages = {name: source for name, source in self._stages.items() if name in self._large}
        return Answer(time.monotonic() - began, received, began, told)

    def _look(self, message: ForwardMsg) -> str | None:
        """Note what the page keeps; the source of the stage, if this message is the stage."""
        if message.metadata.cacheable:
            self._large[message.hash] = self._run
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "text_input" and element.text_input.id.endswith("-text"):
            self._field = element.text_input.id
        if kind == "exception" or (kind == "html" and ERROR in element.html.body):
            raise AssertionError(f"the page shows an error: {element}")
        if kind != "bidi_component" or element.bidi_component.component_name != "s2s_stage":
            return None
        blob = element.bidi_component.bytes
        head = blob[blob.index(SOURCE) + len(SOURCE) :].decode(errors="replace")
        tokens, _ = json.JSONDecoder().raw_decode(head)
        source = self._stages[message.hash] = "".join(tokens[:-1])
        return source


def _plain(text: str) -> str:
    """A text without spaces, marks of spaces and case, as different tokenizers show it."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}
WHO = ("I", "You", "We", "They", "My parents", "The children", "His friends", "Her brothers")
DO = ("like", "want", "see", "know", "need", "remember", "never buy", "often find", "always choose", "do not want")
WHAT = ("the red car", "a green apple", "the old man", "my new glasses", "black coffee", "this small white house")
WHEN = ("today", "in the evening", "before lunch", "near the sea", "after school", "every morning", "at night")


def dates(seed: int) -> Iterator[str]:
    """Dates of about 14 characters in three languages, hardly one of them twice."""
    draw = random.Random(seed)
    while True:
        day, month, year = draw.randint(1, 28), draw.randrange(12), draw.randint(1900, 2099)
        yield draw.choice(
            (
                f"{MONTHS['en'][month]} {day}, {year}",
                f"{day}. {MONTHS['de'][month]} {year}",
                f"{day} {MONTHS['fr'][month]} {year}",
                f"{year}년 {month + 1}월 {day}일",
            )
        )


def sentences(seed: int) -> Iterator[str]:
    """Everyday English of six to ten words: 20 times as many as a class asks for in a minute."""
    draw = random.Random(seed)
    while True:
        first = f"{draw.choice(WHO)} {draw.choice(DO)} {draw.choice(WHAT)}"
        yield f"{first} and {draw.choice(WHAT)} {draw.choice(WHEN)}."


TEXTS = {"dates": dates, "en-fr": sentences}
"""What a class types, by model; models of other names get dates or sentences by the beginning of their names."""


def texts(model: str, seed: int) -> Iterator[str]:
    return next(make for name, make in TEXTS.items() if model.startswith(name))(seed)
