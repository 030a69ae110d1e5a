"""1xx, HEAD, 204 and 304."""

import pytest

from harness.clients import exchange

from .combinations import combinations


@combinations
def test_head(proxy, client, origin):
    answer = exchange(client, proxy.port, "HEAD", f"/h{origin}/head")
    assert (answer.status, answer.field("content-length"), bytes(answer.body), answer.ended) == (200, "1234", b"", True)


@combinations
@pytest.mark.parametrize("status", [204, 304])
def test_without_a_body(proxy, client, origin, status):
    answer = exchange(client, proxy.port, path=f"/h{origin}/status/{status}")
    assert (answer.status, bytes(answer.body), answer.ended) == (status, b"", True)
    assert answer.field("etag") == '"x"' and not answer.field("transfer-encoding")


@combinations
def test_informational(proxy, client, origin):
    answer = exchange(client, proxy.port, path=f"/h{origin}/informational")
    assert [(status, dict(fields)["link"]) for status, fields in answer.informational] == [
        (103, "</style.css>; rel=preload"), (103, "</script.js>; rel=preload")]
    assert (answer.status, bytes(answer.body)) == (200, b"hello\n")


@combinations
@pytest.mark.parametrize("status", [400, 404, 418, 500, 503])
def test_other_statuses_pass(proxy, client, origin, status):
    answer = exchange(client, proxy.port, path=f"/h{origin}/status/{status}")
    assert (answer.status, bytes(answer.body)) == (status, str(status).encode())
