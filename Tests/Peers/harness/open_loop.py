"""Requests to a proxy: one, or a steady stream of them of which every answer counts."""

import asyncio
import http.client
import threading
import time

REQUEST = b"GET /x/plain HTTP/1.1\r\nhost: load\r\n\r\n"


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

    def __init__(self, port, rate=200, host=None):
        self.port = port
        self.interval = 1 / rate
        self.request = REQUEST if host is None else REQUEST.replace(b"load", host.encode())
        self.ends = threading.Event()
        self.statuses = []
        self.free = []
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()))
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
        try:
            self.statuses.append(await asyncio.wait_for(self.answer(), 30))
        except (OSError, EOFError, asyncio.TimeoutError) as fault:
            self.statuses.append(repr(fault))

    async def answer(self):
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.request)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        await reader.readexactly(int(fields["content-length"]))
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
        return self.statuses
