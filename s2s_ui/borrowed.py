"""What we use of other libraries that they do not promise to keep: all of it, and nothing else, stands here.

A new version of Streamlit or Altair that breaks something of it breaks tests/ui/test_borrowed.py first.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from pathlib import PurePath

import altair as alt
from altair.utils import schemapi
from altair.utils.schemapi import _FromDict
from google.protobuf.message import DecodeError
from streamlit.navigation.page import Page as Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.uploaded_file_manager import UploadedFile as UploadedFile


def went_back() -> bool:
    """Whether the reader came to this run by the browser's buttons Back and Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def as_main_script() -> AbstractContextManager[None]:
    """Elements made inside belong to app.py and not to the page that makes them: they outlive a change of page."""
    context = get_script_run_ctx()
    return context.run_with_active_hash(context.pages_manager.main_script_hash) if context else nullcontext()


def call_back_to_the_end() -> None:
    """Let no event of the browser break a callback off, once for the whole process.

    Streamlit looks for the next event wherever a script touches its session, callbacks included. One that was broken
    off is not called again: what was clicked would be lost, or done by half. So an event waits for the callbacks.
    """
    ScriptRunner._maybe_handle_execution_control_request = _after_the_callbacks  # type: ignore[assignment, method-assign]


def unheard(before: Iterable[WidgetState] = ()) -> tuple[WidgetState, ...]:
    """What the browser has told about widgets that this session has not made yet, which no callback can hear.

    ``before`` is what was unheard until now. What was told again since, of a widget that exists now, has been heard.
    """
    context = get_script_run_ctx()
    if context is None:
        return tuple(before)
    told = context.session_state._state._new_widget_state
    waiting = {state.id: state for state in before}
    for name in told.states:
        waiting.pop(name, None)
        if name not in told.widget_metadata and (state := told.get_serialized(name)):
            waiting[name] = state
    return tuple(waiting.values())


def tell(states: Iterable[WidgetState]) -> None:
    """Ask for another run, as if the browser had told these states of widgets just now."""
    context = get_script_run_ctx()
    if context and context.script_requests:
        told = RerunData(
            query_string=context.query_string,
            widget_states=WidgetStates(widgets=states),
            page_script_hash=context.page_script_hash,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
        context.script_requests.request_rerun(told)


@contextmanager
def undisturbed() -> Iterator[None]:
    """An event that arrives meanwhile breaks the script off after this block, and not inside of it."""
    token = _disturbed.set(False)
    try:
        yield
    finally:
        _disturbed.reset(token)


_disturbed = ContextVar("disturbed", default=True)
_look_for_an_event = ScriptRunner._maybe_handle_execution_control_request


def _after_the_callbacks(runner: ScriptRunner) -> None:
    context = get_script_run_ctx(suppress_warning=True)
    if _disturbed.get() and (context is None or context.has_script_started):
        _look_for_an_event(runner)


def draw_unchecked() -> None:
    """Make Altair put charts together quickly, once for the whole process.

    It holds each part of a chart against Vega-Lite's schema: the tests do that with every chart. And for every "x:Q" it
    hashes the schemas of all its classes again, though they stay the same: that was half of the time of a page.
    """
    schemapi.disable_debug_mode()
    schemapi._FromDict = _HashedOnce  # type: ignore[misc]


@cache
def _hashes() -> dict[int, list[type[schemapi.SchemaBase]]]:
    return _FromDict(alt.VegaLiteSchema._default_wrapper_classes()).class_dict


class _HashedOnce(_FromDict):
    def __init__(self, wrapper_classes: Iterable[type[schemapi.SchemaBase]], /) -> None:
        self.class_dict = _hashes()


WANTED = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
OPERATIONS = {"deferred_file", "dataframe_chunk"}


def is_wanted(data: bytes) -> bool:
    """Whether a message from a browser is one that our screens send.

    Streamlit answers others too: with the names of the files in the program's repository, or by emptying its caches.
    """
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return True  # Streamlit says so to whoever sent it
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in WANTED


def without_paths(data: bytes) -> bytes:
    """A message to the browser without the folder of the program and the numbers that tell this machine from others.

    Streamlit's page only compares them with those of its last message.
    """
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") == "new_session":
        session = message.new_session
        session.main_script_path = PurePath(session.main_script_path).name
        session.initialize.user_info.Clear()
    return message.SerializeToString()
