"""Requests that go by a key, through two proxies, while endpoints come and go."""

import http.client
import json

import pytest

from harness import mesh
from harness.program import eventually
from harness.proxies.apus import Apus

KEYS = [f"user-{number}" for number in range(120)]


def told(ports):
    service = mesh.Service("carts", tuple(ports), settings={"loadBalancing": "ring-hash", "hash": {"header": "X-User"}})
    return mesh.Mesh((service,), (mesh.Route("/", "carts"),), workers=2)


@pytest.fixture
def proxies(origins, tmp_path):
    started = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        # The order in which they are listed means nothing.
        ports = sorted((origin.port for origin in origins[:3]), reverse=name == "two")
        started.append(Apus(told(ports), tmp_path / name))
    yield started
    for proxy in started:
        proxy.stop()


def place(origins, proxy, key):
    """Which origin the request of a key reaches."""
    before = [origin.count("request") for origin in origins]
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    connection.request("GET", "/x/plain", headers={"x-user": key})
    assert connection.getresponse().status == 200
    connection.close()
    found = [number for number, origin in enumerate(origins) if origin.count("request") > before[number]]
    assert len(found) == 1
    return found[0]


def places(origins, proxy):
    return {key: place(origins, proxy, key) for key in KEYS}


def change(proxy, ports):
    config = proxy.log_path.parent / "apus.yaml"
    document = json.loads(config.read_text())
    document["services"][0]["endpoints"] = [f"127.0.0.1:{port}" for port in ports]
    turn = proxy.metric("apus_config_reloads_total", result="used")
    fresh = config.with_name("fresh")
    fresh.write_text(json.dumps(document))
    fresh.rename(config)
    eventually(lambda: proxy.metric("apus_config_reloads_total", result="used") > turn, "the change is in effect")


def test_keys_stay_where_they_are(origins, proxies):
    first, second = proxies
    before = places(origins, first)
    assert set(before.values()) == {0, 1, 2}
    assert places(origins, second) == before, "every proxy has the same mind"
    change(first, [origins[0].port, origins[2].port])
    without = places(origins, first)
    assert all(without[key] == found for key, found in before.items() if found != 1)
    assert {without[key] for key, found in before.items() if found == 1} == {0, 2}
    change(first, [origin.port for origin in origins])
    more = places(origins, first)
    assert all(more[key] in (found, 3) for key, found in before.items())
    assert 3 in more.values()
