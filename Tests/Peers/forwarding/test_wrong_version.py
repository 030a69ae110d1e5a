"""A service that does not say, or does not say rightly, which version its endpoints speak: both the answer and the log tell
what to change."""

import re

import pytest

from harness import mesh
from harness.clients import exchange
from harness.origins.grpc_server import GRPCServer
from harness.origins.http1 import HTTP1Origin
from harness.origins.http2 import HTTP2Origin
from harness.program import eventually

ORIGINS = [("http1", HTTP2Origin), ("http1", GRPCServer), ("h2", HTTP1Origin)]
WORDS = {
    "http1": ("answer in HTTP/2: the service should say protocol: h2",
              r"endpoint speaks HTTP/2, not HTTP/1\.1: its service should say `protocol: h2`.* service=origin\b"),
    "h2": ("answer in HTTP/1: the service should not say protocol: h2",
           r"HTTP/2 connection to an endpoint ended .*should not say protocol: h2.* service=origin\b"),
}


@pytest.mark.parametrize("client", [1, 2])
@pytest.mark.parametrize("told, origin", ORIGINS, ids=lambda value: getattr(value, "__name__", value))
def test_what_is_wrong_is_told(start, client, told, origin):
    server = origin()
    proxy = start(mesh.one_service(server.port, told))
    if not hasattr(proxy, "metric"):
        pytest.skip("words of our own")
    said, logged = WORDS[told]
    for _ in range(3):
        answer = exchange(client, proxy.port, path="/x/plain")
        assert answer.status == 502
        assert answer.field("proxy-status") == f'apus;error=http_protocol_error;details="{said}"'
    eventually(lambda: re.search(logged, proxy.log), "the log names the service")
    assert len(re.findall(logged, proxy.log)) == 1
    server.close()
