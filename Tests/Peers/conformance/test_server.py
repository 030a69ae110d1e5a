"""The proxy as a server: every row of the table on a connection of its own."""

import dataclasses

import pytest

from harness import mesh, proxies, wire
from harness.origins.http1 import HTTP1Origin

from .run import broken_promise
from .server import ROWS


@pytest.fixture(scope="module")
def origin():
    found = HTTP1Origin()
    yield found
    found.close()


WINDOWS = {"http2": {"connectionWindow": "320KiB"}}
"""Small, so that what is never given back shows soon, and more than one stream's."""


@pytest.fixture(scope="module")
def port(origin, tmp_path_factory):
    started = proxies.start(
        dataclasses.replace(mesh.one_service(origin.port), listener=WINDOWS), tmp_path_factory.mktemp("conformance"))
    yield started.port
    started.stop()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row, port, origin):
    reason = broken_promise(row, port, origin)
    assert reason is None, reason
