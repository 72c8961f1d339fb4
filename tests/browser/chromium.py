"""A headless Chromium, driven over a pipe by the DevTools protocol."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-dev-shm-usage", "--disable-quic", "--disable-sync",
             "--remote-debugging-pipe"]
PATIENCE_SECONDS = 60


class Browser:
    """Use as a context: the browser ends with it. RuntimeError: there is no Chromium, it refuses, or it hangs."""

    def __init__(self):
        program = shutil.which("chromium")
        if program is None:
            raise RuntimeError("There is no chromium; `make browser` installs it.")
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command_read, self.commands = os.pipe()
        self.answers, answer_write = os.pipe()
        extra = os.environ.get("NAPIER_CHROMIUM_ARGUMENTS", "").split()
        # Chromium reads commands from descriptor 3 and writes answers to 4.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$0" "$@" 3<&{command_read} 4>&{answer_write}', program, *ARGUMENTS, *extra,
             f"--user-data-dir={self.folder.name}", "about:blank"],
            pass_fds=(command_read, answer_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(command_read)
        os.close(answer_write)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.folder.cleanup()

    def message(self):
        """The next message of the browser."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], max(0, deadline - time.monotonic()))
            part = os.read(self.answers, 1 << 16) if ready else b""
            if not part:
                raise RuntimeError("Chromium ended or hangs.")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        """The result of a command; events that come before it are kept."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self.events.append(message)

    def open(self, url):
        """Loads a page and forgets the events of the one before."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message())

    def run(self, expression):
        """What the expression gives, as JSON."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def texts(self, selector):
        """Texts of all elements that a CSS selector fits, in the page's order."""
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(element => element.textContent)")

    def click(self, selector, number=0):
        self.run(f"document.querySelectorAll({json.dumps(selector)})[{number}].click()")

    def events_of(self, method):
        return [event["params"] for event in self.events if event["method"] == method]

    def errors(self):
        """Uncaught exceptions and errors on the console since the page was opened."""
        return [*self.events_of("Runtime.exceptionThrown"),
                *(entry for entry in self.events_of("Log.entryAdded") if entry["entry"]["level"] == "error")]
