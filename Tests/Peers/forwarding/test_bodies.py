"""Bodies both ways arrive whole, announced or not, and nothing else does."""

import pytest

from harness import bodies
from harness.clients import exchange

from .combinations import combinations

COUNTS = [0, 1, 16384, 16385, 65535, 65536, 1_000_003]


@combinations
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", ["counted", "streamed"])
def test_down(proxy, client, origin, count, kind):
    answer = exchange(client, proxy.port, path=f"/h{origin}/{kind}/{count}")
    assert (answer.status, answer.ended, len(answer.body)) == (200, True, count)
    assert bodies.digest(answer.body) == bodies.digest(bodies.body(count))
    assert answer.field("content-length") == (str(count) if kind == "counted" else answer.field("content-length"))


@combinations
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("announced", [True, False])
def test_up(proxy, client, origin, count, announced):
    content = bodies.body(count)
    answer = exchange(
        client, proxy.port, "POST", f"/h{origin}/request", body=content if announced else bodies.pieces(count))
    assert answer.status == 200
    assert (answer.told["length"], answer.told["digest"]) == (count, bodies.digest(content))


@combinations
def test_echo(proxy, client, origin):
    """Both ways at once, 10 MB: neither side waits for the end of the other."""
    answer = exchange(client, proxy.port, "POST", f"/h{origin}/echo", body=bodies.body(10_000_000))
    assert answer.ended and bodies.digest(answer.body) == bodies.digest(bodies.body(10_000_000))


@combinations
def test_an_answer_before_the_end_of_the_request(proxy, client, origin):
    answer = exchange(client, proxy.port, "POST", f"/h{origin}/early", body=bodies.body(3_000_000))
    assert (answer.status, bytes(answer.body)) == (413, b"too much\n")
