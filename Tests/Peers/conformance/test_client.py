"""The proxy as a client: every row with a service and an origin of its own."""

import contextlib

import pytest

from harness import frames, mesh, proxies, wire
from harness.origins.scripted import ScriptedOrigin
from harness.program import GaveUp

from .client import ROWS
from .run import PATIENCE


@pytest.fixture(scope="module")
def origins():
    return [ScriptedOrigin(row, PATIENCE) for row in ROWS]


WINDOWS = {"http2": {"connectionWindow": "64KiB"}}
"""Small, so that what is never given back shows soon."""


@pytest.fixture(scope="module")
def port(origins, tmp_path_factory):
    names = [f"row{index}" for index in range(len(ROWS))]
    started = proxies.start(mesh.Mesh(
        tuple(mesh.Service(name, (origin.port,), "h2", WINDOWS) for name, origin in zip(names, origins)),
        tuple(mesh.Route(f"/{name}/", name) for name in names)), tmp_path_factory.mktemp("conformance"))
    yield started.port
    started.stop()


@pytest.mark.parametrize("index", range(len(ROWS)), ids=lambda index: ROWS[index].name)
def test_row(index, port, origins):
    row, origin = ROWS[index], origins[index]
    origin.start()
    downstream = wire.connect(port, patience=PATIENCE)
    try:
        ask(downstream, row, f"/row{index}/x")
        message = downstream.message(1)
        with contextlib.suppress(GaveUp):
            downstream.until(lambda: message.is_over)
        reason = row.downstream(message)
        assert reason is None, reason
        reason = origin.verdicts.get(timeout=2 * PATIENCE)
        assert reason is None, f"expected: {row.upstream and row.upstream.says}; {reason}"
    finally:
        origin.finished.set()
        downstream.close()


def ask(downstream, row, path):
    downstream.send(frames.headers(1, wire.request(row.method, path), end=not row.body))
    left = row.body
    window = [65535, downstream.settings.get(frames.INITIAL_WINDOW_SIZE, 65535)]
    while left and not downstream.message(1).is_over and not downstream.closed:
        count = min(*window, 16384, len(left))
        if count:
            downstream.send(frames.data(1, left[:count], count == len(left)))
            left = left[count:]
            window = [room - count for room in window]
        else:
            found = downstream.read_frame()
            if found and found.type == frames.WINDOW_UPDATE:
                window[found.stream] += int.from_bytes(found.payload, "big")
