"""An attack, and what it cost either side."""

import select
import threading
import time
from dataclasses import dataclass

from harness import frames, measure, wire
from harness.clients.http2 import HTTP2Client
from harness.program import eventually

ROUNDS = 10
"""How often the attacker comes back after it was shown the door."""


@dataclass
class Cost:
    attacker: float
    """Seconds of CPU time: making the frames, system calls, opening the connection."""
    proxy: float
    """Seconds of CPU time, less what the bystander's requests cost."""
    sent: int
    """Bytes."""
    grown: int
    """Bytes of the proxy's memory at its peak above what it was before."""
    ends: list
    """How each round ended: GOAWAY's code; "closed" and "reset" where the connection ended without (a reset may have
    overtaken GOAWAY); "open" where it did not end."""

    @property
    def ratio(self):
        return self.proxy / self.attacker if self.attacker else 0.0

    def __str__(self):
        ends = {end if isinstance(end, str) else frames.code_name(end) for end in self.ends}
        return (f"attacker {self.attacker * 1000:.0f} ms, proxy {self.proxy * 1000:.0f} ms of CPU: {self.ratio:.1f} ×; "
                f"{self.sent / 1000:.0f} kB sent; {self.grown / 1e6:.1f} MB of memory; {', '.join(sorted(ends))}")


def attack_by_client(proxy, bystander, attack):
    """Comes back `ROUNDS` times."""
    def one_round():
        begun = time.thread_time()
        opened = wire.connect(proxy.port, attack.settings)
        opening = time.thread_time() - begun
        try:
            seconds, sent, end = flood(opened, attack)
            return opening + seconds, sent, end
        finally:
            opened.close()
    return measured(proxy, bystander, [one_round] * ROUNDS)


def measured(proxy, bystander, rounds):
    each, asked = bystander.cost_of_a_request(proxy.pid), bystander.asked
    measure.reset_peak(proxy.pid)
    memory, before = measure.peak_resident(proxy.pid), measure.cpu_seconds(proxy.pid)
    spent, sent, ends = 0.0, 0, []
    for one_round in rounds:
        seconds, count, end = one_round()
        spent, sent = spent + seconds, sent + count
        ends.append(end)
    settle(proxy)
    used = measure.cpu_seconds(proxy.pid) - before - each * (bystander.asked - asked)
    return Cost(spent, max(used, 0.0), sent, measure.peak_resident(proxy.pid) - memory, ends)


def settle(proxy):
    """Waits until the proxy has worked off what it was sent: no more CPU time in a tenth of a second."""
    used = measure.cpu_seconds(proxy.pid)
    for _ in range(100):
        time.sleep(0.1)
        now = measure.cpu_seconds(proxy.pid)
        if now - used < 0.005:
            return
        used = now


def flood(opened, attack, paced=False):
    """Sends the pieces until the connection ends; `paced`: each after something has come for the one before. Returns CPU
    seconds, bytes, and how it ended."""
    connection, received, end = opened.socket, [], "open"
    connection.settimeout(5)
    begun, sent = time.thread_time(), 0
    try:
        for piece in attack.pieces():
            connection.sendall(piece)
            sent += len(piece)
            if paced:
                select.select([connection], [], [], 5)
            if attack.reads and not drain(connection, received):
                end = "closed"
                break
    except TimeoutError:
        pass
    except OSError:
        end = "reset"
    seconds = time.thread_time() - begun
    try:
        connection.settimeout(2)
        while piece := connection.recv(1 << 18):
            received.append(piece)
        end = "closed" if end == "open" else end
    except TimeoutError:
        pass
    except OSError:
        end = "reset"
    codes = [int.from_bytes(payload[4:8], "big")
             for type, payload in raw_frames(bytes(opened.unread) + b"".join(received)) if type == frames.GOAWAY]
    return seconds, sent, codes[-1] if codes and end != "open" else end


def drain(connection, received):
    """Takes what has come, without waiting. False at the end of the connection."""
    while select.select([connection], [], [], 0)[0]:
        piece = connection.recv(1 << 18)
        if not piece:
            return False
        received.append(piece)
    return True


def raw_frames(content):
    at = 0
    while at + 9 <= len(content):
        length = int.from_bytes(content[at:at + 3], "big")
        yield content[at + 3], content[at + 9:at + 9 + length]
        at += 9 + length


class Bystander:
    """Another client, on a connection of its own, whose requests go on all the while."""

    def __init__(self, port, path="/x/plain"):
        self.port, self.path = port, path
        self.asked, self.failures = 0, []

    def __enter__(self):
        self.client = HTTP2Client(self.port)
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        try:
            while not self.ends.is_set() or not self.asked:
                answer = self.client.answer(self.client.request(path=self.path))
                self.asked += 1
                if answer.status != 200:
                    self.failures.append(answer.status or answer.reset)
                self.ends.wait(0.02)
        except Exception as error:
            self.failures.append(repr(error))

    def cost_of_a_request(self, pid):
        """Seconds of the proxy's CPU time, while nothing else happens."""
        asked, used = self.asked, measure.cpu_seconds(pid)
        eventually(lambda: self.asked >= asked + 20 or self.failures, "the bystander's requests are answered")
        return (measure.cpu_seconds(pid) - used) / 20

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join(30)
        self.client.close()
