import json

import pytest

from harness.etcd import Etcd
from harness.origins.http1 import HTTP1Origin
from harness.proxies.centred import Centred

KEY = "/apus/edge.yaml"


def place(etcd, key=KEY):
    """What a file says of a configuration that etcd has."""
    return {"etcd": {"endpoints": [etcd.url]}, "configuration": {"etcd": {"key": key}}}


def used(proxy, service=None):
    """Ports of its endpoints that take requests; without a name those of the first service."""
    found = json.loads(proxy.admin("/services"))["services"]
    endpoints = next(one["endpoints"] for one in found if service in (None, one["name"]))
    return {int(endpoint["address"].split(":")[1]) for endpoint in endpoints if endpoint["used"]}


@pytest.fixture
def etcd(tmp_path):
    started = Etcd(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def origins():
    started = [HTTP1Origin() for _ in range(4)]
    yield started
    for origin in started:
        origin.close()


@pytest.fixture
def centred(tmp_path, etcd):
    started = []

    def begin(key=KEY, way="file", **settings):
        directory = tmp_path / f"proxy-{len(started)}"
        directory.mkdir()
        started.append(Centred(directory, way, **place(etcd, key), **settings))
        return started[-1]

    yield begin
    for one in started:
        one.stop()
