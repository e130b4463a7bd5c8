"""What a browser fetches, below a base path: little at the first visit, and for another sentence its numbers alone."""

import re

import pytest
from visitors import serving

BELOW = "/a/tool"
FRAME = 4  # bytes before a message on a websocket


@pytest.fixture
def address(chromium, tmp_path):
    with serving(tmp_path / "log.txt", below=BELOW) as (address, _):
        yield f"http://{address}{BELOW}"


def test_the_first_visit_the_next_sentence_and_another_page(window, address):
    screen = window(locale="en-IE")  # nobody else has this browser: nothing is kept in it
    screen.address, page = address, screen.page
    fetched: dict[str, int] = {}
    received: list[bytes] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    names: dict[str, str] = {}
    network.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    network.on(
        "Network.loadingFinished",
        lambda event: fetched.update({names[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(frame)))

    screen.open("/", text="March 8, 2025")
    scripts = {url: size for url, size in fetched.items() if re.search(r"\.(js|css|json)$", url)}
    assert any("/kept/player." in url for url in scripts)
    assert sum(scripts.values()) <= 1_300_000, scripts
    assert sum(fetched.values()) <= 1_420_000, fetched  # with the fonts: 546,000 of these are Streamlit's own

    received.clear()
    known = len(fetched)
    screen.type("June 17, 2023")
    page.locator(".s2s .answer", has_text="2023-06-17").wait_for()
    screen.idle()
    assert sum(len(frame) + FRAME for frame in received) <= 100_000
    assert len(fetched) == known  # nothing but numbers is asked for

    screen.turn_to("gates")
    screen.turn_to("lesson")
    assert page.url.startswith(f"{address}/lesson")
    page.get_by_text("한국어").first.click()
    page.get_by_text("인코더 읽기").first.wait_for()
    assert not screen.errors
