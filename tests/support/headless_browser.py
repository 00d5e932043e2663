"""Headless Chromium, controlled over two pipes (DevTools protocol): no driver, no port."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds for one answer of the browser, which starts slowly on a loaded machine."""


def find() -> str | None:
    """The browser, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


class Page:
    """One tab, with its complaints and requests."""

    def __init__(self, to: int, of: int) -> None:
        self._to, self._of = to, of
        self._buffer = b""
        self._count = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """Errors and warnings of its console, and uncaught exceptions."""
        self.requests: list[str] = []
        """Addresses that it tried to load, its own first."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command. Events in the meantime are recorded."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            told = self._next()
            if told.get("id") == self._count:
                if "error" in told:
                    raise AssertionError(f"{method}: {told['error']}")
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)
        raise AssertionError(f"{method}: no answer")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._of, 1 << 16)
            if not chunk:
                raise AssertionError("the browser went away")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        said = told.get("params", {})
        match told.get("method"):
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                self.complaints.append(str(said["args"]))
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["exceptionDetails"]))
            case "Log.entryAdded" if said["entry"]["level"] in ("error", "warning"):
                self.complaints.append(str(said["entry"]))
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])

    def show(self, width: int, height: int, scheme: str = "light", media: str = "") -> None:
        """Emulate a screen of this many pixels; `scheme` "light" or "dark"; `media` "print"."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)

    def open(self, path: Path) -> None:
        self.ask("Page.navigate", url=path.resolve().as_uri())
        self.wait_for("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page (for a promise, its result)."""
        result = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.run(f"Boolean({script})"):
            if time.monotonic() > end:
                raise AssertionError(f"never true: {script}; {self.complaints}")
            time.sleep(0.05)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def picture(self, whole: bool = False) -> bytes:
        """A PNG of what is shown, or of the whole page."""
        taken = self.ask(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole, fromSurface=True
        )
        return base64.b64decode(taken["data"])


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """A browser with a profile in `folder`, closed at the end."""
    browser = find()
    assert browser is not None
    theirs, to = os.pipe()
    of, theirs_to = os.pipe()

    def at_3_and_4() -> None:
        low, high = os.dup(theirs), os.dup(theirs_to)
        os.dup2(low, 3)
        os.dup2(high, 4)

    process = subprocess.Popen(
        [
            *(browser, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={folder}"),
            *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
            *("--disable-background-networking", "--disable-extensions", "--hide-scrollbars"),
        ],
        preexec_fn=at_3_and_4,
        close_fds=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    os.close(theirs_to)
    try:
        page = Page(to, of)
        yield page
        page._session = None
        page.ask("Browser.close")
    finally:
        os.close(to)
        os.close(of)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
