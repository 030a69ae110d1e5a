"""A whole proxy whose endpoints are keys of a real etcd, and that announces itself there."""

import http.client
import json
import re
import shutil
import signal

import pytest

from harness import mesh
from harness.measure import Flat
from harness.open_loop import Load, status
from harness.program import eventually
from harness.proxies.apus import Apus

from .conftest import used

KEY = "/services/checkout/me"


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(etcd, name="proxy", register=None, credentials=None, **settings):
        directory = tmp_path / f"{name}-{len(started)}"
        directory.mkdir()
        block = {"endpoints": [etcd.url], **({"register": register} if register else {}), **(credentials or {})}
        document = {
            "services": [{"name": "carts", "etcd": {"prefix": "/services/carts/"}}],
            "etcd": block, "drain": "20s", **settings}
        told = mesh.Mesh((), (mesh.Route("/", "carts"),), {
            key: value for key, value in document.items() if value is not None})
        started.append(Apus(told, directory))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


def rewrite(proxy, **block):
    """Another block `etcd` in the proxy's file."""
    path = proxy.log_path.parent / "apus.yaml"
    document = json.loads(path.read_text())
    document["etcd"].update(block)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(document))
    fresh.rename(path)


def test_endpoints_follow_the_keys(etcd, origins, start):
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    etcd.put("/services/other/b", f"127.0.0.1:{origins[1].port}")
    proxy = start(etcd)
    assert used(proxy) == {origins[0].port} and status(proxy) == 200
    etcd.put("/services/carts/b", json.dumps({
        "address": f"127.0.0.1:{origins[1].port}", "weight": 2, "metadata": {"version": "7", "apiToken": "x"}}))
    eventually(lambda: used(proxy) == {origins[0].port, origins[1].port}, "the new endpoint is used")
    shown = {one["weight"]: one["metadata"] for one in json.loads(proxy.admin("/services"))["services"][0]["endpoints"]}
    assert shown == {1: {}, 2: {"apiToken": "***", "version": "7"}}
    etcd.delete("/services/carts/a")
    eventually(lambda: used(proxy) == {origins[1].port}, "the old one is not")
    assert status(proxy) == 200
    etcd.delete("/services/carts/b")
    eventually(lambda: used(proxy) == set(), "there is none left")
    assert status(proxy) == 503
    assert proxy.metric("apus_source_up", source="etcd") == 1


def test_an_endpoint_that_has_left_is_shown_until_its_last_request_is_over(etcd, origins, start):
    path, address = "/late-end/5", f"127.0.0.1:{origins[0].port}"
    etcd.put("/services/carts/a", address)
    proxy = start(etcd)
    client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    client.request("GET", f"/carts{path}")
    response = client.getresponse()
    etcd.put("/services/carts/b", f"127.0.0.1:{origins[1].port}")
    etcd.delete("/services/carts/a")
    eventually(lambda: used(proxy) == {origins[1].port}, "it gets nothing new")

    def rows():
        endpoints = json.loads(proxy.admin("/services"))["services"][0]["endpoints"]
        return {one["address"]: one for one in endpoints}

    row = rows()[address]
    assert row["reason"] == "draining" and row["source"] == "etcd" and row["seconds"] > 0
    assert row["activeRequests"] == 1 and row["connections"] == 1
    assert proxy.metric("apus_endpoint_active_requests", endpoint=address) == 1
    origins[0].gate(path).set()
    assert response.read() == bytes(5)
    eventually(lambda: address not in rows(), "nobody needs it any more")
    assert f'apus_endpoint_active_requests{{service="carts",endpoint="{address}"}}' not in proxy.admin("/metrics")


def test_what_is_known_holds_while_etcd_is_gone(etcd, origins, start):
    """Five times in a row, with a change after each."""
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    proxy = start(etcd)
    load = Load(proxy.port)
    for turn in range(5):
        etcd.kill()
        eventually(lambda: proxy.metric("apus_source_up", source="etcd") == 0, "it is noticed")
        assert "etcd does not answer" in proxy.admin("/ready")
        etcd.start()
        etcd.put("/services/carts/b", f"127.0.0.1:{origins[1 + turn % 2].port}")
        eventually(lambda: used(proxy) == {origins[0].port, origins[1 + turn % 2].port}, "it is followed again")
        assert proxy.metric("apus_source_up", source="etcd") == 1
        if turn == 1:
            memory = Flat(proxy.pid)
    memory.check()
    assert set(load.end()) == {200}


def test_an_etcd_that_has_lost_its_data_takes_nothing_away(etcd, origins, start):
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    proxy = start(etcd)
    load = Load(proxy.port)
    etcd.kill()
    shutil.rmtree(etcd.directory / "etcd-data")
    etcd.start()
    proxy.await_log("etcd has begun anew and names no endpoint")
    assert used(proxy) == {origins[0].port}
    etcd.put("/services/carts/b", f"127.0.0.1:{origins[1].port}")
    eventually(lambda: used(proxy) == {origins[1].port}, "what it names counts again")
    assert set(load.end()) == {200}


def test_a_start_without_etcd_begins_with_the_last_good_table(etcd, origins, start, tmp_path):
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    table = tmp_path / "table.json"
    first = start(etcd, lastGood=str(table))
    first.signal(signal.SIGTERM)
    assert first.wait() == 0
    etcd.kill()
    kept = json.loads(table.read_text())
    kept["savedAt"] -= 1_000_000
    table.write_text(json.dumps(kept))
    second = start(etcd, lastGood=str(table))
    assert status(second) == 200
    assert 1000 <= second.metric("apus_source_age_seconds", source="etcd") < 2000
    assert re.search(r"are those from before, 1\d\d\d s old", second.admin("/ready"))
    assert json.loads(second.admin("/services"))["services"][0]["endpoints"][0]["seconds"] >= 1000
    assert "are those from before" in second.admin("/ready")
    etcd.start()
    eventually(lambda: "are those from before" not in second.admin("/ready"), "it is confirmed")
    assert second.metric("apus_source_age_seconds", source="etcd") < 1000
    assert status(second) == 200


def test_a_start_without_anything_known_waits_and_then_serves(etcd, start):
    etcd.kill()
    proxy = start(etcd, timeouts={"discovery": "100ms"})
    assert "waiting for the sources" in proxy.log and "no endpoints are known yet" in proxy.log
    assert status(proxy) == 503


def test_a_service_keeps_its_endpoints_until_another_source_has_answered(etcd, origins, start):
    """The configuration is changed to another prefix while etcd does not answer."""
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    etcd.put("/services/wagons/a", f"127.0.0.1:{origins[1].port}")
    proxy = start(etcd)
    load = Load(proxy.port)
    etcd.program.signal(signal.SIGSTOP)
    config = proxy.log_path.parent / "apus.yaml"
    config.write_text(config.read_text().replace("/services/carts/", "/services/wagons/"))
    proxy.await_log("configuration loaded anew")
    assert used(proxy) == {origins[0].port}
    assert "are those from before" in proxy.admin("/ready")
    etcd.program.signal(signal.SIGCONT)
    eventually(lambda: used(proxy) == {origins[1].port}, "the other source has answered")
    assert set(load.end()) == {200}


def test_is_announced_and_withdrawn_before_it_drains(etcd, origins, start):
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    proxy = start(etcd, register={"key": KEY, "address": "127.0.0.1:8080", "ttl": "5s"})
    eventually(lambda: etcd.get(KEY), "it is announced")
    assert json.loads(etcd.get(KEY))["address"] == "127.0.0.1:8080"
    proxy.signal(signal.SIGTERM)
    assert proxy.wait() == 0
    assert etcd.get(KEY) is None
    assert proxy.log.index("registration in etcd withdrawn") < proxy.log.index("drained")


def test_a_registration_that_changes_is_never_away(etcd, start):
    """A reload writes over the key; under another name it is announced before it is taken back."""
    etcd.put("/services/carts/a", "127.0.0.1:1")
    told = {"key": KEY, "address": "127.0.0.1:8080", "ttl": "3s"}
    proxy = start(etcd, register=told)
    eventually(lambda: etcd.get(KEY), "it is announced")
    created = etcd.pair(KEY)["create_revision"]
    for change in ({"metadata": {"version": "2"}}, {"weight": 7}, {"ttl": "30s"}, {"address": "127.0.0.1:8081"}):
        before, told = etcd.pair(KEY), {**told, **change}
        rewrite(proxy, register=told)
        eventually(lambda: (etcd.pair(KEY) or before)["lease"] != before["lease"], f"{change} is announced")
    found = json.loads(etcd.get(KEY))
    assert (found["address"], found["weight"], found["metadata"]) == ("127.0.0.1:8081", 7, {"version": "2"})
    # The leases of before end, and the key stays.
    eventually(lambda: etcd.leases() == 1, "one lease is left")
    assert etcd.pair(KEY)["create_revision"] == created
    rewrite(proxy, register={**told, "key": f"{KEY}-again"})
    eventually(lambda: etcd.get(KEY) is None, "the other key is taken back")
    # It is the deletion that came last.
    assert int(etcd.pair(f"{KEY}-again")["create_revision"]) < etcd.revision()
    proxy.signal(signal.SIGTERM)
    assert proxy.wait() == 0
    assert etcd.get(f"{KEY}-again") is None and etcd.leases() == 0


def test_a_crashed_one_is_gone_when_its_lease_ends(etcd, start):
    etcd.put("/services/carts/a", "127.0.0.1:1")
    proxy = start(etcd, register={"key": KEY, "address": "127.0.0.1:8080", "ttl": "2s"})
    eventually(lambda: etcd.get(KEY), "it is announced")
    proxy.signal(signal.SIGKILL)
    proxy.wait()
    eventually(lambda: etcd.get(KEY) is None, "its lease has ended")


def test_a_registration_that_somebody_deletes_comes_back(etcd, start):
    etcd.put("/services/carts/a", "127.0.0.1:1")
    proxy = start(etcd, register={"key": KEY, "address": "127.0.0.1:8080", "ttl": "2s"})
    eventually(lambda: etcd.get(KEY), "it is announced")
    etcd.delete(KEY)
    eventually(lambda: etcd.get(KEY), "it is announced again")
    proxy.await_log("deleted or overwritten by somebody")
