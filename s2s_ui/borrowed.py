"""All uses of other libraries' private interfaces, which may change in a new version. No other file uses them.

If a new version of Streamlit or Altair breaks one of them, tests/ui/test_borrowed.py fails.
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
    """Whether the browser's button Back or Forward caused this run."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def as_main_script() -> AbstractContextManager[None]:
    """Elements made inside this block belong to app.py, not to the page, so they stay when the page changes."""
    context = get_script_run_ctx()
    return context.run_with_active_hash(context.pages_manager.main_script_hash) if context else nullcontext()


def call_back_to_the_end() -> None:
    """Prevent browser events from interrupting callbacks. This is set once for the whole process.

    Streamlit checks for new events whenever a script uses its session, also in callbacks. An interrupted callback is
    not called again, so a click would be lost or only half done. With this, events wait until the callbacks have ended.
    """
    ScriptRunner._maybe_handle_execution_control_request = _after_the_callbacks  # type: ignore[assignment, method-assign]


def unheard(before: Iterable[WidgetState] = ()) -> tuple[WidgetState, ...]:
    """The browser's states of widgets that this session has not made yet, so no callback has been called for them.

    ``before`` are the earlier such states. A state of a widget that exists now, sent again since, is left out.
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
    """Ask for another run, as if the browser had just sent these widget states."""
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
    """Events that arrive during this block interrupt the script only after it."""
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
    """Make Altair build charts faster. This is set once for the whole process.

    Altair checks each part of a chart against Vega-Lite's schema; only the tests need this. For every "x:Q" it also
    hashes the schemas of all its classes again, although they do not change; this took half of a page's time.
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
    """Whether a message from a browser is of a kind that our screens send.

    Streamlit also answers other messages: it sends names of files in the program's repository, or empties its caches.
    """
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return True  # Streamlit reports the error to the sender
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in WANTED


def without_paths(data: bytes) -> bytes:
    """A message to the browser without the program's folder and the numbers that identify this machine.

    Streamlit's page only compares them with those of its last message.
    """
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") == "new_session":
        session = message.new_session
        session.main_script_path = PurePath(session.main_script_path).name
        session.initialize.user_info.Clear()
    return message.SerializeToString()
