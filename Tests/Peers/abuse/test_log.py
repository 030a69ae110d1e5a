"""What is said of those who break connections: lines are limited, but who is loud hides nobody else."""

import re
import socket

from harness import frames, mesh
from harness.program import eventually


def broken(proxy, host):
    """A client that sends a PING which is none."""
    with socket.create_connection(("127.0.0.1", proxy.port), source_address=(host, 0)) as wire:
        wire.sendall(frames.PREFACE + frames.frame(frames.SETTINGS) + frames.frame(frames.PING, payload=b"short"))
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(65536):
            pass


def told(proxy, name):
    """Whom the lines about broken connections name, in their order."""
    return re.findall(rf"HTTP/2 connection .* ended .*\b{name}=([^:\s]+)", proxy.log)


def test_clients(start, http1_origin):
    proxy = start(mesh.one_service(http1_origin.port))
    for last in (1, 1, 1, 2, 1, 3):
        broken(proxy, f"127.0.0.{last}")
    eventually(lambda: proxy.metric("apus_refused_http2_connections_total", **{"from": "client"}) == 6, "all are counted")
    eventually(lambda: "peer=127.0.0.3:" in proxy.log, "the last one is in the log")
    assert told(proxy, "peer") == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
