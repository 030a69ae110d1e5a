"""Requests to a proxy: one, or a steady stream of them of which every answer counts."""

import asyncio
import collections
import http.client
import threading
import time

REQUEST = "GET {path} HTTP/1.1\r\nhost: {host}\r\nx-id: load\r\n\r\n"


def status(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    try:
        connection.request("GET", "/x/plain")
        return connection.getresponse().status
    finally:
        connection.close()


class Load:
    """An open loop: requests begin at a steady rate, whether those before have been answered or not, each on a kept-alive
    connection that is free, or on a new one."""

    def __init__(self, port, rate=200, host="load", path="/x/plain"):
        self.port, self.rate = port, rate
        self.interval = 1 / rate
        self.request = REQUEST.format(path=path, host=host).encode()
        self.ends = threading.Event()
        self.begun = 0
        self.statuses = []
        """One for each that has ended."""
        self.words = collections.Counter()
        """First words of the answers' bodies."""
        self.free = []
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()

    async def run(self):
        under_way = set()
        due = time.monotonic()
        while not self.ends.is_set():
            task = asyncio.create_task(self.one())
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            due += self.interval
            await asyncio.sleep(max(0, due - time.monotonic()))
        if under_way:
            await asyncio.wait(set(under_way))
        for _, writer in self.free:
            writer.close()

    async def one(self):
        self.begun += 1
        try:
            self.statuses.append(await asyncio.wait_for(self.answer(), 30))
        except (OSError, EOFError, asyncio.TimeoutError) as fault:
            self.statuses.append(repr(fault))

    async def answer(self):
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.request)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        body = await reader.readexactly(int(fields["content-length"]))
        self.words[body.decode("latin-1").partition(" ")[0]] += 1
        if fields.get("connection") == "close":
            writer.close()
        else:
            self.free.append((reader, writer))
        code = int(lines[0].split()[1])
        return f"{code}: {fields['proxy-status']}" if "proxy-status" in fields else code

    def await_answers(self, count, patience=60):
        """So many more of them."""
        wanted, end = len(self.statuses) + count, time.monotonic() + patience
        while len(self.statuses) < wanted:
            assert time.monotonic() < end, f"{len(self.statuses)} answers, not {wanted}"
            time.sleep(0.005)

    def end(self):
        """Ends when the last request is answered; all answers."""
        self.ends.set()
        self.thread.join(60)
        assert not self.thread.is_alive()
        assert len(self.statuses) == self.begun
        return self.statuses
