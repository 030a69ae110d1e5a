"""Heads: what a version has of its own is put into the other's form."""

import pytest

from harness import mesh
from harness.clients import exchange

from .combinations import combinations


@combinations
@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PATCH", "QUERY"])
def test_method_path_and_host(proxy, client, origin, method):
    told = exchange(client, proxy.port, method, f"/h{origin}/request?a=%20b&c=d/e").told
    assert (told["method"], told["path"]) == (method, "/request?a=%20b&c=d/e")
    fields = dict(told["fields"])
    assert fields[":authority" if origin == 2 else "host"] == "test"


@combinations
def test_options_for_the_server_itself(start, origins, client, origin):
    proxy = start(mesh.one_service(origins[origin].port, ["http1", "h2"][origin - 1]))
    told = exchange(client, proxy.port, "OPTIONS", "*").told
    assert (told["method"], told["path"]) == ("OPTIONS", "*")


@combinations
def test_crumbs_of_a_cookie_are_one_field(proxy, client, origin):
    crumbs = [("cookie", "a=b; c=d")] if client == 1 else [("cookie", "a=b"), ("x-between", "1"), ("cookie", "c=d")]
    told = exchange(client, proxy.port, path=f"/h{origin}/request", fields=crumbs).told
    assert "; ".join(value for name, value in told["fields"] if name == "cookie") == "a=b; c=d"
    assert origin == 2 or sum(name == "cookie" for name, _ in told["fields"]) == 1


@combinations
def test_several_fields_of_one_name(proxy, client, origin):
    told = exchange(client, proxy.port, path=f"/h{origin}/request", fields=[("x-list", "a"), ("x-list", "b, c")]).told
    assert ", ".join(value for name, value in told["fields"] if name == "x-list") == "a, b, c"


@combinations
def test_many_and_large_fields(proxy, client, origin):
    sent = [(f"x-{index}", "v" * 600) for index in range(40)]
    told = exchange(client, proxy.port, path=f"/h{origin}/request", fields=sent).told
    assert [pair for pair in map(tuple, told["fields"]) if pair in sent] == sent


@pytest.mark.parametrize("origin", [1, 2])
def test_te_trailers(proxy, origin):
    told = exchange(2, proxy.port, path=f"/h{origin}/request", fields=[("te", "trailers")]).told
    assert origin == 1 or ["te", "trailers"] in told["fields"]


@pytest.mark.parametrize("client", [1, 2])
def test_what_concerns_an_http1_origins_connection_stays_there(proxy, client):
    answer = exchange(client, proxy.port, path="/h1/hop-by-hop")
    assert answer.status == 200 and answer.field("x-upper") == "1"
    assert not answer.field("x-hop") and not answer.field("keep-alive") and not answer.field("proxy-connection")


@pytest.mark.parametrize("origin", [1, 2])
def test_what_concerns_an_http1_clients_connection_stays_there(proxy, origin):
    told = exchange(1, proxy.port, path=f"/h{origin}/request", fields=[
        ("connection", "keep-alive, x-hop"), ("x-hop", "1"), ("keep-alive", "timeout=5"), ("te", "gzip")]).told
    assert not {"x-hop", "keep-alive", "te"} & {name for name, _ in told["fields"]}


@pytest.mark.parametrize("client", [1, 2])
def test_101_that_nobody_asked_for(proxy, client):
    answer = exchange(client, proxy.port, path="/h1/switching")
    assert (answer.status, answer.informational) == (502, [])


@combinations
def test_100_continue(proxy, client, origin):
    answer = exchange(
        client, proxy.port, "POST", f"/h{origin}/request", [("expect", "100-continue")], body=b"after all")
    assert answer.status == 200 and answer.told["length"] == 9
