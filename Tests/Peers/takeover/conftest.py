import pytest

from harness.origins.http1 import HTTP1Origin

from .family import Family, document


@pytest.fixture
def origin():
    started = HTTP1Origin()
    yield started
    started.close()


@pytest.fixture
def family(tmp_path, origin):
    """Its first member runs."""
    begun = []

    def begin(**further):
        begun.append(Family(tmp_path, document(origin.port, **further)))
        begun[-1].start()
        return begun[-1]

    yield begin
    for one in begun:
        one.stop()
