"""Requests one behind the other on several connections, each with an id, until it is ended. Every answer is counted."""

import collections
import http.client
import itertools
import threading

from harness.program import eventually

KINDS = (("GET", None), ("PUT", b"x" * 500), ("GET", None), ("POST", b"y" * 3000))
IDEMPOTENT = (("GET", None), ("PUT", b"x" * 500))


class Lost(collections.namedtuple("Lost", "method id path outcome")):
    """A request that was not answered 200. `outcome`: the status and its reason in words, or the error."""


class Load:
    def __init__(self, port, paths=("/all",), clients=6, kinds=KINDS):
        self.port, self.paths, self.kinds = port, paths, kinds
        self.ends = threading.Event()
        self.lost = []
        self.answers = collections.Counter()
        """By pod."""
        self.versions = collections.Counter()
        self.done = [0] * clients
        self.excused = ()
        """Paths that are allowed to be answered 503 as long as they stand here."""
        self.excuses = 0
        """Rises whenever that changes."""
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(clients)]
        for thread in self.threads:
            thread.start()

    def __enter__(self):
        self.rounds(3)
        return self

    def __exit__(self, *_):
        self.end()

    def run(self, number):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for turn in itertools.count():
            if self.ends.is_set():
                break
            method, body = self.kinds[(number + turn) % len(self.kinds)]
            path = self.paths[(number + turn) % len(self.paths)]
            name, excused = f"{number}-{turn}", path in self.excused
            excuses = self.excuses
            try:
                connection.request(method, path, body, {"x-id": name})
                response = connection.getresponse()
                answer = response.read().decode()
                outcome = response.status
                if outcome != 200:
                    outcome = f"{outcome} {response.getheader('proxy-status')}"
            except (OSError, http.client.HTTPException) as error:
                outcome = repr(error)
                connection.close()
            if outcome == 200:
                pod, version, _ = answer.split()
                self.answers[pod] += 1
                self.versions[version] += 1
            elif not (outcome.startswith("503 ") and (excused or path in self.excused or self.excuses != excuses)):
                self.lost.append(Lost(method, name, path, outcome))
            self.done[number] += 1
        connection.close()

    @property
    def count(self):
        return sum(self.done)

    def rounds(self, count=2):
        """Waits until each client has had that many more answers. The last of two was asked for, on a connection that a worker
        has already read from since, after this was called: it goes by what the workers had been told before."""
        before = list(self.done)
        eventually(
            lambda: self.ends.is_set() or all(now >= then + count + 1 for now, then in zip(self.done, before)),
            "every client is answered", 60)

    def mark(self):
        """This moment, for `began_after`."""
        return list(self.done)

    def began_after(self, name, mark):
        """Whether the request of that id did, and not just one that was under way."""
        client, turn = map(int, name.split("-"))
        return turn > mark[client]

    def excuse(self, *paths):
        self.excused = paths
        self.excuses += 1

    def end(self):
        self.ends.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a request is never answered"
        return self


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
