"""Requests for pods at a steady rate, of which every answer is counted by who gave it."""

import collections
import http.client
import threading

from harness import open_loop

KINDS = (("GET", b""), ("PUT", b"x" * 500), ("GET", b""), ("POST", b"y" * 3000))
IDEMPOTENT = (("GET", b""), ("PUT", b"x" * 500))


class Load(open_loop.Load):
    def __init__(self, port, paths=("/all",), kinds=KINDS, **more):
        self.answers = collections.Counter()
        """By pod."""
        self.versions = collections.Counter()
        self.excused = ()
        """Paths that are allowed to be answered 502 and 503 as long as they stand here."""
        super().__init__(port, paths=paths, kinds=kinds, **more)

    def note(self, code, words):
        if code == 200:
            pod, version, _ = words
            self.answers[pod] += 1
            self.versions[version] += 1

    def is_excused(self, path):
        return path in self.excused

    def excuse(self, *paths):
        self.excused = paths


class Held(threading.Thread):
    """A request that a pod answers when it is told to end."""

    def __init__(self, port, path="/all", name="held"):
        super().__init__(daemon=True)
        self.port, self.path, self.id = port, path, name
        self.outcome = None
        self.pod = None
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("GET", f"{self.path}/held", headers={"x-id": self.id})
            response = connection.getresponse()
            self.outcome = response.status
            self.pod = response.read().decode().split()[0]
        except (OSError, http.client.HTTPException) as error:
            self.outcome = repr(error)
        connection.close()
