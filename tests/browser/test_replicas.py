"""A page whose replica is killed goes on at another one: what is typed next arrives there, and is not taken back."""

import os
import re
import signal
import urllib.request

from engines import proxy
from playwright.sync_api import expect

from benchmarks.servers import serving

HEAR = """() => {
  const app = document.querySelector(".stApp");
  const hear = () => { window.lost ||= app.dataset.testConnectionState !== "CONNECTED"; };
  new MutationObserver(hear).observe(app, { attributes: true });
}"""
LOST_AND_BACK = """() => window.lost && document.querySelector(".stApp").dataset.testConnectionState === "CONNECTED" """


def sessions(address: str) -> float:
    with urllib.request.urlopen(f"http://{address}/metrics") as answer:
        return float(re.findall(r"^seq2scope_sessions (\S+)", answer.read().decode(), re.MULTILINE)[0])


def test_what_is_typed_after_the_loss_of_a_replica_arrives_at_the_other(window, server, tmp_path):
    other = server.removeprefix("http://")
    with (
        serving(tmp_path / "log.txt", {"S2S_RUNS": str(tmp_path)}) as (address, pid),
        proxy(tmp_path, [address, other]) as host,
    ):
        while not sessions(address):  # the proxy chooses by chance
            screen = window()
            screen.address = f"http://{host}"
            screen.open(text="March 9, 2024")
        screen.page.evaluate(HEAR)
        os.kill(pid, signal.SIGKILL)
        screen.page.wait_for_function(LOST_AND_BACK, timeout=60_000)
        screen.sentence.fill("June 17, 2023")
        screen.sentence.press("Enter")
        expect(screen.page).to_have_url(re.compile("June"))
        expect(screen.caption).not_to_be_empty()
