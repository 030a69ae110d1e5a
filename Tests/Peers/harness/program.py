"""A program that a test starts, watches through its log, and ends by its process id."""

import contextlib
import os
import re
import signal
import subprocess
import time
from pathlib import Path

PATIENCE = 20.0
"""Seconds that anything may take before a test gives up on it. Nothing is asserted about how long it took."""


class GaveUp(AssertionError):
    """Something that had to happen did not."""


def eventually(condition, what, patience=PATIENCE):
    """Waits until `condition()` is true, and returns what it returned."""
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise GaveUp(f"{what}: not within {patience:g} s")
        time.sleep(0.005)


class Program:
    def __init__(self, command, directory, name, text=""):
        """`text`: for standard input."""
        self.name = name
        self.log_path = Path(directory) / f"{name}.log"
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], cwd=directory, stdin=subprocess.PIPE if text else subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, env={**os.environ, "LC_ALL": "C"})
        if text:
            self.process.stdin.write(text.encode())
            self.process.stdin.close()
        self.pid = self.process.pid

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def is_running(self):
        return self.process.poll() is None

    def await_log(self, pattern):
        """The first match of `pattern` in the log, once it is there."""
        def look():
            found = re.search(pattern, self.log)
            if not found and not self.is_running:
                raise GaveUp(f"{self.name} ended with status {self.process.returncode}: {self.log[-2000:]}")
            return found
        return eventually(look, f"{self.name} says {pattern!r}")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, patience=PATIENCE):
        """Its exit status."""
        return self.process.wait(patience)

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            os.killpg(self.pid, signal.SIGKILL)
