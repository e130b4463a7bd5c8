"""The server around the screens: what it tells whom, and how many bytes that takes."""

import gzip
import json
import re
import urllib.error
import urllib.request
from email.message import Message

import pytest
import segno
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from visitors import PATIENCE, ROOT, serving, visit
from websockets.sync.client import connect

from s2s_ui import kept

TYPED = "March 9, 2024"
FRAME = 4  # bytes before a message of 126 to 65,535 bytes on a websocket; a shorter one has 2, a longer one 10


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with serving(folder / "log.txt", {"S2S_RUNS": str(folder / "runs"), "S2S_FRAMES": ""}) as (address, _):
        yield address
    assert "Traceback" not in (folder / "log.txt").read_text()


def get(address: str, *, packed: bool = True) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(f"http://{address}", headers={"Accept-Encoding": "gzip"} if packed else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def components(address: str, page: str = "", query: str = "") -> dict:
    """The components on a page, by name."""
    elements = [message.delta.new_element for message in visit(address, page, query).messages]
    return {element.bidi_component.component_name: element.bidi_component for element in elements if
            element.WhichOneof("type") == "bidi_component"}  # fmt: skip


def header(stage) -> dict:
    data = stage.bytes
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("text", [TYPED, "June 17, 2023", "14 janv. 2011"])
def test_an_answer_to_a_date_of_14_tokens_is_at_most_100_kilobytes(address, text, language):
    seen = visit(address, query=f"text={text.replace(' ', '+')}&lang={language}")
    assert not seen.problems
    (stage,) = [message.delta.new_element.bidi_component for message in seen.messages
                if message.delta.new_element.bidi_component.component_name == "s2s_stage"]  # fmt: skip
    assert len(header(stage)["source"]["tokens"]) == 14
    assert sum(message.ByteSize() + FRAME for message in seen.messages) <= 100_000


def test_what_does_not_depend_on_the_sentence_does_not_travel_with_an_answer(address):
    found = components(address)
    assert found.keys() >= {"s2s_stage", "s2s_theme_switch"}
    for name, component in found.items():
        assert len(component.js_content) < 1_000 and not component.css_content, name
    assert not {"words", "explained"} & header(found["s2s_stage"]).keys()
    bodies = [message.delta.new_element.html.body for message in visit(address).messages]
    assert max(map(len, bodies)) < 1_000


@pytest.mark.parametrize("page", ["", "gates", "compare", "lesson"])
def test_the_code_of_every_component_is_a_file_that_the_browser_keeps(address, page):
    for name, component in components(address, page).items():
        if len(component.js_content) <= kept.LITTLE and "kept/" not in component.js_content:
            continue  # it is shorter than the way to a file
        (file,) = re.findall(r'"(kept/[^"]+)"', component.js_content)
        status, headers, content = get(f"{address}/{file}")
        assert status == 200 and headers.get_content_type() == "text/javascript", name
        assert "immutable" in headers["Cache-Control"] and headers["Content-Encoding"] == "gzip"
        code = gzip.decompress(content).decode()
        assert re.search("^export default ", code, re.MULTILINE)
        for other in re.findall(r'"\./([\w.-]+)"', code):
            status, headers, content = get(f"{address}/kept/{other}", packed=False)
            assert status == 200 and content and "Content-Encoding" not in headers


@pytest.mark.parametrize("file", ["stage.0123456789abcdef.js", "stage.js", "shell.old.css", "words-ko.0.json"])
def test_a_file_of_another_version_is_the_present_one_and_not_kept(address, file):
    status, headers, content = get(f"{address}/kept/{file}", packed=False)
    assert status == 200 and content and headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("file", ["nothing.0.js", "stage.0.css", "..%2fapp.py", "__init__.py", "stage"])
def test_nothing_else_is_there(address, file):
    assert get(f"{address}/kept/{file}")[0] in (400, 404)


def test_the_scripts_of_a_first_visit_are_at_most_1300_kilobytes(address):
    """All that the page names at once; what it loads then is measured in the browser's test."""
    page = get(f"{address}/")[2].decode()
    named = re.findall(r'(?:src|href)="\./(static/[^"]+\.(?:js|css))"', page)
    assert len(named) > 2
    total = 0
    for file in named:
        (_, headers, content), (_, _, plain) = get(f"{address}/{file}"), get(f"{address}/{file}", packed=False)
        if len(plain) >= 1_000:  # a smaller one is one packet anyway
            assert headers["Content-Encoding"] == "gzip" and "immutable" in headers["Cache-Control"]
            assert gzip.decompress(content) == plain
        total += len(content)
    assert total <= 1_300_000


def test_a_name_that_nobody_has_is_not_kept_as_a_file(address):
    status, headers, _ = get(f"{address}/static/js/nothing.js")
    assert status in (200, 404) and "Content-Encoding" not in headers


def test_a_picture_and_a_part_of_a_file_are_passed_on_as_they_are(address):
    script = re.search(r'src="\./(static/js/[^"]+)"', get(f"{address}/")[2].decode())[1]
    asked = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    with urllib.request.urlopen(urllib.request.Request(f"http://{address}/{script}", headers=asked)) as answer:
        assert answer.status == 206 and len(answer.read()) == 10
    assert "Content-Encoding" not in get(f"{address}/app/static/fonts/NotoSansKR-Bold-latin.woff2")[1]


# ---------------------------------------------------------------------------------------- what the browser is told
def test_no_message_and_no_file_shows_where_the_program_lies(address):
    for page in ("", "train"):
        for message in visit(address, page, f"text={TYPED.replace(' ', '+')}").messages:
            assert str(ROOT).encode() not in message.SerializeToString()
            assert not message.new_session.initialize.user_info.installation_id
    for file in ("fonts/subset.py", "../app.py", "fonts/../../app.py"):
        status, _, content = get(f"{address}/app/static/{file}")
        assert status >= 400 or b"import" not in content


def asking(**fields) -> bytes:
    message = BackMsg()
    for name, value in fields.items():
        setattr(message, name, value)
    return message.SerializeToString()


@pytest.mark.parametrize("question", [asking(load_git_info=True), asking(clear_cache=True)])
def test_what_no_screen_asks_for_is_not_answered(address, question):
    with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:
        line.send(question)
        rerun = BackMsg()
        rerun.rerun_script.query_string = ""
        line.send(rerun.SerializeToString())
        kinds = []
        while "script_finished" not in kinds:
            kinds.append(ForwardMsg.FromString(line.recv(PATIENCE)).WhichOneof("type"))
    assert "git_info_changed" not in kinds


@pytest.mark.parametrize("path", ["/", "/gates", "/healthz", "/_stcore/health", "/kept/stage.js"])
def test_other_sites_may_neither_frame_it_nor_see_its_addresses(address, path):
    headers = get(f"{address}{path}")[1]
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


# ------------------------------------------------------------------------------------------------ /healthz, /metrics
def test_health_says_what_works(address):
    status, headers, content = get(f"{address}/healthz", packed=False)
    assert status == 200 and json.loads(content) == {"models": True, "disk": True}
    assert headers["Cache-Control"] == "no-store"


def numbers(address: str) -> dict[str, float]:
    status, _, content = get(f"{address}/metrics", packed=False)
    assert status == 200
    lines = [line for line in content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_metrics_count_sessions_answers_computations_trainings_and_memory(address):
    before = numbers(address).get('seq2scope_answer_seconds_count{page="gates"}', 0)
    secret = "8 March 1977"
    with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None):
        assert numbers(address)["seq2scope_sessions"] >= 1
        visit(address, "gates", f"text={secret.replace(' ', '+')}")
    found = numbers(address)
    assert found['seq2scope_answer_seconds_count{page="gates"}'] == before + 1
    assert found['seq2scope_computations{kind="long",state="waiting"}'] == 0
    assert found['seq2scope_cache_bytes{cache="traces"}'] > 0
    assert found["process_resident_memory_bytes"] > 50e6
    assert not [name for name in found if "1977" in name or str(ROOT) in name]


# ------------------------------------------------------------------------- other servers: base path, frames, the class
def test_below_a_base_path_and_with_a_site_that_may_frame_it_and_without_a_disk(tmp_path):
    """One server for what an option changes."""
    (tmp_path / "file").write_text("no folder")
    environment = {
        "S2S_FRAMES": "https://moodle.example, https://*.school.example",
        "S2S_RUNS": str(tmp_path / "file/x"),
    }
    log = tmp_path / "log.txt"
    with serving(log, environment, host="0.0.0.0", below="/a/tool") as (address, _):
        status, headers, page = get(f"{address}/a/tool/")
        allowed = "frame-ancestors 'self' https://moodle.example https://*.school.example"
        assert status == 200 and headers["Content-Security-Policy"] == allowed
        assert "X-Frame-Options" not in headers
        script = re.search(r'src="\./(static/js/[^"]+)"', page.decode())[1]
        assert get(f"{address}/a/tool/{script}")[1]["Content-Encoding"] == "gzip"
        (file,) = re.findall(r'"(kept/[^"]+)"', components(f"{address}/a/tool")["s2s_stage"].js_content)
        assert get(f"{address}/a/tool/{file}")[0] == 200
        status, _, content = get(f"{address}/a/tool/healthz", packed=False)
        assert status == 503 and json.loads(content) == {"models": True, "disk": False}
        assert numbers(f"{address}/a/tool")["seq2scope_sessions"] == 0
    said = log.read_text()
    assert "Seq2Scope: http://localhost:" in said
    found = re.search(r"For the class, in the same network: (http://[\d.]+:\d+/a/tool)\n(.*)", said, re.DOTALL)
    assert found and "localhost" not in found[1]
    code = [list(row) for row in segno.make(found[1], micro=False).matrix_iter(border=4)]
    assert matrix(found[2])[: len(code)] == code


def matrix(drawn: str) -> list[list[int]]:
    """The dark places of a QR code that is drawn in half blocks: two rows a line, dark where nothing is drawn."""
    rows = []
    for line in filter(None, re.sub(r"\x1b\[[\d;]*m", "", drawn).splitlines()):
        rows += [[int(sign in dark) for sign in line] for dark in (" ▄", " ▀")]
    return rows


def test_on_this_machine_alone_no_class_is_invited(tmp_path):
    with serving(tmp_path / "log.txt"):
        pass
    said = (tmp_path / "log.txt").read_text()
    assert "Seq2Scope: http://127.0.0.1:" in said and "class" not in said
