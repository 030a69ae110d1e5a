"""The proxy as a server: every row of the table on a connection of its own."""

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


@pytest.fixture(scope="module")
def port(origin, tmp_path_factory):
    started = proxies.start(mesh.one_service(origin.port), tmp_path_factory.mktemp("conformance"))
    yield started.port
    started.stop()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row, port, origin):
    reason = broken_promise(row, port, origin)
    assert reason is None, reason
