"""What is taken away is what was computed, and whatever a reader typed is text in it."""

import base64
import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from small_models import small_translator
from traces import same

from s2s_core import Trace
from s2s_ui.panels import saving
from s2s_ui.stage.payload import pack

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
TRACE = small_translator(max_src_len=80).trace(SCRIPT)


def page(trace: Trace = TRACE, language: str = "en") -> str:
    return saving.html(trace, language, beside=None, original=False, peepholes=True).decode()


def test_the_numbers_are_those_of_the_trace():
    frame = pd.read_csv(io.BytesIO(saving.csv(TRACE)))
    assert np.allclose(frame["value"], TRACE.to_frame()["value"])
    assert set(frame["token"]) == set(TRACE.to_frame()["token"])


def test_the_trace_is_read_back_to_the_last_bit(tmp_path):
    path = tmp_path / "trace.npz"
    path.write_bytes(saving.npz(TRACE))
    same(TRACE, Trace.load(path))


def test_a_page_that_plays_offline_needs_nothing_else_and_holds_the_same_message():
    text = page()
    assert not re.search(r"(src|href)\s*=\s*[\"'](https?:)?//", text)
    (data,) = re.findall(r'atob\("([A-Za-z0-9+/=]*)"\)', text)
    message = base64.b64decode(data)
    header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
    assert header["editable"] is False and header["addressed"] is False
    assert header["runs"] == json.loads(pack(TRACE)[4 : 4 + int.from_bytes(pack(TRACE)[:4], "little")])["runs"]


def test_a_sentence_of_html_and_script_is_text_in_a_page():
    text = page()
    assert text.count("<script") == text.count("</script") == 1
    assert "<img" not in text
    assert "&lt;/script&gt;" in text.split("</title>")[0]


@pytest.mark.parametrize(("language", "word"), [("en", "forget gate"), ("ko", "망각 게이트")])
def test_a_page_speaks_the_language_of_the_session(language, word):
    text = page(language=language)
    assert f'<html lang="{language}">' in text
    (data,) = re.findall(r'atob\("([A-Za-z0-9+/=]*)"\)', text)
    assert word in base64.b64decode(data).decode("utf-8", "ignore")
