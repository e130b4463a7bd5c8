"""A browser without a screen for a live class: its cookies, its requests, its event streams."""

import http.client
import json

from benchmarks.servers import PATIENCE

SHOW = {"page": "", "link": {"model": "dates", "text": "March 8, 2025"}, "step": {"at": "17.2", "unit": 3}}
LOOK = {"do": "ask", "question": {"kind": "look", "output": 3}}
OPENED: list["Events"] = []
"""The open streams of a test, which has to close them."""


class Client:
    """A browser without a screen, with cookies for their paths."""

    def __init__(self, address: str, code: str = "") -> None:
        self.address, self.code = address, code
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: object = None, **headers: str):
        """Status, headers, content."""
        line = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | headers
        if body is not None:
            headers = {"Content-Type": "application/json"} | headers
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        content = answer.read()
        line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, value = cookie.partition(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers, content

    def post(self, path: str, body: object, **headers: str):
        status, _, content = self.send("POST", f"/class/{self.code}/{path}", body, **headers)
        return status, json.loads(content) if content[:1] == b"{" else content.decode()

    def get(self, path: str):
        status, _, content = self.send("GET", f"/class/{self.code}/{path}")
        return status, json.loads(content) if content[:1] == b"{" else content.decode()

    def lead(self, **command):
        status, told = self.post("lead", command)
        assert status == 200, told
        return told

    def seat(self, name: str = "") -> "Client":
        """A new student of this class; ``told`` is the response."""
        student = Client(self.address, self.code)
        status, student.told = student.post("join", {"name": name})
        assert status == 200, student.told
        return student

    def events(self, path: str = "stream", **headers: str) -> "Events":
        OPENED.append(Events(self, f"/class/{self.code}/{path}", headers))
        return OPENED[-1]


def begin(address: str) -> Client:
    """A teacher with a new class, which is at SHOW."""
    client = Client(address)
    status, _, content = client.send("POST", "/class", SHOW)
    assert status == 200
    client.code = json.loads(content)["code"]
    return client


def close_streams() -> None:
    """Close the streams that a test has opened."""
    while OPENED:
        OPENED.pop().close()


class Events:
    """One event stream, read as it comes."""

    def __init__(self, client: Client, path: str, headers: dict[str, str]) -> None:
        self.line = http.client.HTTPConnection(client.address, timeout=PATIENCE)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.line.request("GET", path, headers={"Cookie": cookie, "Accept": "text/event-stream"} | headers)
        self.answer = self.line.getresponse()

    def next(self, kind: str = "message") -> tuple[str, dict]:
        """The identity and the data of the next event of a kind."""
        event, identity = "message", ""
        while True:
            if not (read := self.answer.readline()):
                raise EOFError("the stream has ended")
            line = read.decode().rstrip("\n")
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "id":
                identity = value
            elif name == "data":
                if event == kind:
                    return identity, json.loads(value)
            elif not line:
                event = "message"

    def until(self, good) -> dict:
        while not good(told := self.next()[1]):
            pass
        return told

    def close(self) -> None:
        self.answer.close()
        self.line.close()


def answer(student, asked, /, **given):
    return student.post("answer", {"question": asked, "id": f"my answer {id(student)}"} | given)
