"""What the log, `/ready` and `/services` say where a source has something to complain of, or nothing any more."""

import json
import re

from harness import mesh
from harness.etcd import free_ports
from harness.open_loop import status
from harness.program import eventually
from harness.proxies.apus import Apus

from .test_etcd import start  # noqa: F401


def discovery(proxy):
    return json.loads(proxy.admin("/services"))["services"][0]["discovery"]


def test_endpoints_that_come_back_are_told(etcd, origins, start):  # noqa: F811
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    proxy = start(etcd)
    for count in range(1, 3):
        etcd.delete("/services/carts/a")
        eventually(lambda: proxy.log.count("a service has no endpoints") == count, "it is told")
        etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
        eventually(lambda: proxy.log.count("a service has endpoints now service=carts") == count, "so is that")
    assert status(proxy) == 200


def test_two_keys_with_one_address(etcd, origins, start):  # noqa: F811
    address = f"127.0.0.1:{origins[0].port}"
    etcd.put("/services/carts/b", json.dumps({"address": address, "weight": 2}))
    proxy = start(etcd)
    assert discovery(proxy)["remark"] is None
    etcd.put("/services/carts/c", json.dumps({"address": address, "weight": 3}))
    proxy.await_log(
        f"two keys of etcd name one address, and the second one does not count address={address} "
        "first=/services/carts/b second=/services/carts/c")
    assert discovery(proxy)["remark"].startswith("the key /services/carts/c does not count: /services/carts/b")
    endpoints = json.loads(proxy.admin("/services"))["services"][0]["endpoints"]
    assert [one["weight"] for one in endpoints] == [2]
    etcd.delete("/services/carts/c")
    eventually(lambda: discovery(proxy)["remark"] is None, "nothing is to be said any more")
    assert proxy.log.count("two keys of etcd") == 1


def test_a_wrong_password_is_no_silence(etcd, start):  # noqa: F811
    for service, method, body in (
            ("auth/user/", "add", {"name": "root", "password": "right"}),
            ("auth/role/", "add", {"name": "root"}), ("auth/user/", "grant", {"user": "root", "role": "root"}),
            ("auth/", "enable", {})):
        etcd.ask(method, service, **body)
    proxy = start(
        etcd, credentials={"user": "root", "password": "wrong"}, timeouts={"discovery": "500ms"},
        services=[{"name": name, "etcd": {"prefix": f"/services/{name}/"}} for name in ("carts", "orders")])
    assert "etcd refuses what it is asked for reason=" in proxy.log and "authentication failed" in proxy.log
    assert "does not answer" not in proxy.log and "goes on" not in proxy.log
    assert proxy.log.count("authentication failed") == 1
    problems = json.loads(proxy.admin("/ready"))["problems"]
    assert any(one.startswith("etcd refuses what it is asked for: INVALID_ARGUMENT") for one in problems)
    assert not any("last word" in one for one in problems)


def test_nothing_goes_on_where_nothing_was_known(start, etcd):  # noqa: F811
    etcd.kill()
    proxy = start(etcd, timeouts={"discovery": "500ms"})
    assert re.search(r"etcd does not answer as it should reason=", proxy.log)
    assert any(
        one.startswith("etcd does not answer: UNAVAILABLE") for one in json.loads(proxy.admin("/ready"))["problems"])
    etcd.start()
    proxy.await_log("etcd's endpoints are up to date again")


def test_all_names_that_fail_are_told(tmp_path, origins):
    """Nobody answers there."""
    server, = free_ports(1)
    document = {
        "dns": {"servers": [f"127.0.0.1:{server}"], "timeout": "50ms", "attempts": 1, "family": "ipv4"},
        "timeouts": {"discovery": "2s"},
        "services": [{"name": name, "dns": f"{name}.example.:80"} for name in ("carts", "orders")]}
    proxy = Apus(mesh.Mesh((), (mesh.Route("/", "carts"),), document), tmp_path)
    try:
        for name in ("carts", "orders"):
            proxy.await_log(f"a name cannot be resolved name={name}.example. reason=")
        problem, = [one for one in json.loads(proxy.admin("/ready"))["problems"] if one.startswith("dns ")]
        assert problem.startswith("dns does not answer: carts.example.: ") and "; orders.example.: " in problem
    finally:
        proxy.stop()
