"""Requests to a proxy: one, or a steady stream of them of which every answer counts."""

import asyncio
import collections
import http.client
import itertools
import threading
import time

from .program import eventually

GET = (("GET", b""),)
EXCUSED = ("502: ", "503: ")
"""Of who is away, or just ends: it resets connections that nobody has accepted yet."""


def status(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    try:
        connection.request("GET", "/x/plain")
        return connection.getresponse().status
    finally:
        connection.close()


class Lost(collections.namedtuple("Lost", "method id path outcome")):
    """A request that was not answered 200. `outcome`: the status and its reason in words, or the error."""


class Load:
    """An open loop: requests begin at a steady rate, whether those before have been answered or not, each on the kept-alive
    connection that has been free for longest, or on a new one. All of its own state changes on its own thread."""

    def __init__(self, port, rate=200, host="load", paths=("/x/plain",), kinds=GET, connections=6):
        """`rate`: requests a second. `kinds`: pairs of a method and a body. `connections`: how many are kept open at least, so
        that every worker has one."""
        self.port, self.host, self.connections = port, host, connections
        self.interval = 1 / rate
        self.kinds = itertools.cycle(itertools.product(kinds, paths))
        self.ends = threading.Event()
        self.begun = 0
        self.statuses = []
        """One for each that has ended."""
        self.lost = []
        self.words = collections.Counter()
        """First words of the answers' bodies."""
        self.under_way = set()
        """Numbers of requests."""
        self.free = collections.deque()
        self.open = 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()

    async def run(self):
        tasks = set()
        due = time.monotonic()
        while not self.ends.is_set():
            task = asyncio.create_task(self.one(self.begun, *next(self.kinds)))
            self.under_way.add(self.begun)
            self.begun += 1
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            due += self.interval
            await asyncio.sleep(max(0, due - time.monotonic()))
        if tasks:
            await asyncio.wait(set(tasks))
        for _, writer in self.free:
            writer.close()

    async def one(self, number, kind, path):
        excused = self.is_excused(path)
        try:
            outcome = await asyncio.wait_for(self.answer(number, *kind, path), 30)
        except (OSError, EOFError, asyncio.TimeoutError) as fault:
            outcome = repr(fault)
        excused = (excused or self.is_excused(path)) and str(outcome).startswith(EXCUSED)
        if outcome != 200 and not excused:
            self.lost.append(Lost(kind[0], str(number), path, str(outcome)))
        self.under_way.discard(number)
        self.statuses.append(outcome)

    async def answer(self, number, method, body, path):
        reader, writer = await self.connection()
        try:
            fields = f"host: {self.host}\r\nx-id: {number}\r\n" + f"content-length: {len(body)}\r\n" * bool(body)
            writer.write(f"{method} {path} HTTP/1.1\r\n{fields}\r\n".encode() + body)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            fields = dict(line.split(": ", 1) for line in lines[1:] if line)
            words = (await reader.readexactly(int(fields["content-length"]))).decode("latin-1").split()
        except BaseException:
            self.close(writer)
            raise
        code = int(lines[0].split()[1])
        self.note(code, words)
        if fields.get("connection") == "close":
            self.close(writer)
        else:
            self.free.append((reader, writer))
        return f"{code}: {fields['proxy-status']}" if "proxy-status" in fields else code

    async def connection(self):
        if self.free and self.open >= self.connections:
            return self.free.popleft()
        self.open += 1
        try:
            return await asyncio.open_connection("127.0.0.1", self.port)
        except BaseException:
            self.open -= 1
            raise

    def close(self, writer):
        self.open -= 1
        writer.close()

    # What tests with wishes of their own override

    def note(self, code, words):
        """Of each answer."""
        self.words.update(words[:1])

    def is_excused(self, path):
        """Whether it may be answered by one of `EXCUSED`. Asked when a request begins and when it has ended: either is enough."""
        return False

    # For whoever has begun it

    def await_answers(self, count, patience=60):
        """So many more of them."""
        wanted = len(self.statuses) + count
        eventually(lambda: self.ends.is_set() or len(self.statuses) >= wanted, f"{wanted} answers are there", patience)

    def rounds(self, count=2):
        """Waits until all that have begun before this have ended, and then so many more as every open connection has had that
        many. The last of two went by what the workers had been told before: they had read from its connection since."""
        before = self.begun
        eventually(lambda: min(self.under_way, default=before) >= before, "what had begun is answered", 60)
        self.await_answers(count * max(self.open, self.connections))

    def end(self):
        """Ends when the last request is answered; all answers."""
        self.ends.set()
        self.thread.join(60)
        assert not self.thread.is_alive(), "a request is never answered"
        assert len(self.statuses) == self.begun > 0
        return self.statuses
