import pytest

from harness.etcd import Etcd
from harness.origins.http1 import HTTP1Origin

from .centred import Centred


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

    def begin(**settings):
        directory = tmp_path / f"proxy-{len(started)}"
        directory.mkdir()
        started.append(Centred(directory, etcd, **settings))
        return started[-1]

    yield begin
    for one in started:
        one.stop()
