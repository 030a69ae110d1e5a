"""Clients and origins of both versions that do whatever they like, as a seed has it. Every request ends, nobody gets what is
another's, and the access log says what the client saw.

`CHAOS_SECONDS` and `CHAOS_SEED` make it last longer, or go another way."""

import asyncio
import collections
import json
import os
import random
import time

from harness.mesh import Mesh, Route, Service
from harness.program import eventually

from . import client1, client2, plan as plans
from .origin1 import HTTP1Origin
from .origin2 import HTTP2Origin
from .outcome import PATIENCE

SECONDS = float(os.environ.get("CHAOS_SECONDS", "6"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
CLIENTS = 24
RETRY = {"attempts": 2, "on": ["reset", "connect-failure", "refused-stream", "503"], "backoff": {"base": "2ms", "max": "10ms"}}
TIMES = {"request": "2s", "exchangeIdle": "4s", "head": "2s", "body": "2s"}
PREFIXES = ("/one", "/one-again", "/two", "/two-again")


def mesh(first, second):
    services = (Service("one", (first,), "http1", {"circuitBreaker": {"maxConnections": 20}}), Service("two", (second,), "h2"))
    routes = tuple(
        Route(f"{prefix}/", prefix[1:4], RETRY if prefix.endswith("again") else None) for prefix in PREFIXES)
    return Mesh(services, routes, {"timeouts": TIMES, "accessLog": {"path": "access.log", "format": "json"}}, workers=2)


async def play(port, numbers, outcomes, failures, end):
    async def client(seed):
        chance = random.Random(seed)
        while time.monotonic() < end and not failures:
            def invent():
                return plans.invent(chance, next(numbers), chance.choice(PREFIXES))
            try:
                outcomes.extend(await chance.choice((client1, client2)).run(port, chance, invent))
            except (ConnectionError, asyncio.IncompleteReadError):
                pass  # it was left before the first byte
    await asyncio.gather(*(client(f"{SEED}.{index}") for index in range(CLIENTS)))


def logged(path):
    """By request: its lines."""
    lines = collections.defaultdict(list)
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        # One whose client left within its head has none.
        if entry["path"]:
            lines[int(entry["path"].split("/")[2])].append(entry)
    return lines


def test_every_request_ends_as_the_log_says(start):
    outcomes, failures = [], []

    async def run():
        origins = HTTP1Origin(), HTTP2Origin()
        for origin in origins:
            await origin.open()
        proxy = start(mesh(origins[0].port, origins[1].port))
        numbers = iter(range(1, 1 << 40))
        await play(proxy.port, numbers, outcomes, failures, time.monotonic() + SECONDS)
        for origin in origins:
            await origin.close()
            failures.extend(origin.faults)
        return proxy

    proxy = asyncio.run(run())
    eventually(lambda: proxy.metric("apus_exchanges") == 0, "every exchange ends", 4 * PATIENCE)
    proxy.signal(15)
    proxy.wait()
    lines = logged(proxy.log_path.parent / "access.log")
    for one in outcomes:
        if wrong := one.judge(lines):
            failures.append(f"{one.plan.path} {wrong}")
    print(collections.Counter(one.end for one in outcomes))
    assert len(outcomes) > 100
    assert not failures, f"{len(failures)} of {len(outcomes)}:\n" + "\n".join(failures[:20])
