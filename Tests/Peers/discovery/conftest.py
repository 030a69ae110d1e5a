import pytest

from harness.etcd import Etcd
from harness.origins.http1 import HTTP1Origin


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
