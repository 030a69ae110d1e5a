"""Values that are larger than the proxy takes, in a real etcd that takes them."""

import pytest

from harness import mesh
from harness.etcd import Etcd
from harness.open_loop import Load, status
from harness.program import eventually
from harness.proxies.apus import Apus
from harness.proxies.centred import rest

from .conftest import KEY, used

MIB = 1 << 20


@pytest.fixture
def etcd(tmp_path):
    started = Etcd(tmp_path, "--max-request-bytes", str(64 * MIB))
    yield started
    started.stop()


def padded(document, size):
    return document + " " * (size - len(document))


def test_a_configuration_of_many_mebibytes_is_taken(etcd, origins, centred):
    etcd.put(KEY, padded(rest(origins[0]), 15 * MIB))
    proxy = centred().await_ready()
    etcd.put(KEY, padded(rest(origins[0], "second"), 16 * MIB))
    eventually(lambda: proxy.named_services == ["second"], "the largest that may be is in effect")
    eventually(lambda: proxy.metric("apus_config_source_up") == 1, "it is followed")


def test_a_configuration_that_grows_too_large(etcd, origins, centred):
    """It is told, the former one goes on, and one that is small enough is taken."""
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    load = Load(proxy.port)
    etcd.put(KEY, padded(rest(origins[0], "large"), 17 * MIB))
    eventually(lambda: "the value has more than" in proxy.admin("/ready"), "it is told")
    assert proxy.metric("apus_config_source_up") == 0
    assert proxy.named_services == ["orders"]
    etcd.put(KEY, rest(origins[0], "small"))
    eventually(lambda: proxy.named_services == ["small"], "it is taken")
    eventually(lambda: proxy.metric("apus_config_source_up") == 1, "it is followed again")
    assert proxy.log.count("cannot be followed") == 1
    assert set(load.end()) == {200}


def test_a_first_configuration_that_is_too_large(etcd, origins, centred):
    etcd.put(KEY, padded(rest(origins[0], "large"), 17 * MIB))
    proxy = centred(timeouts={"discovery": "3s"})
    assert "the value has more than" in proxy.await_log("nobody is served .*")[0]
    etcd.put(KEY, rest(origins[0], "small"))
    assert proxy.await_ready().named_services == ["small"] and status(proxy) == 200


def test_an_endpoint_s_value_that_is_too_large(etcd, origins, tmp_path):
    """The other keys of its prefix, and other prefixes, are followed."""
    ports = [origin.port for origin in origins]
    etcd.put("/services/carts/a", f"127.0.0.1:{ports[0]}")
    etcd.put("/services/orders/a", f"127.0.0.1:{ports[1]}")
    proxy = Apus(mesh.Mesh((), (mesh.Route("/", "carts"),), {
        "services": [{"name": name, "etcd": {"prefix": f"/services/{name}/"}} for name in ("carts", "orders")],
        "etcd": {"endpoints": [etcd.url]}}), tmp_path)
    try:
        load = Load(proxy.port)
        large = padded(f"127.0.0.1:{ports[2]}", 17 * MIB)
        etcd.put("/services/carts/b", large)
        etcd.put("/services/carts/c", f"127.0.0.1:{ports[3]}")
        etcd.put("/services/orders/b", f"127.0.0.1:{ports[2]}")
        eventually(lambda: used(proxy, "carts") == {ports[0], ports[3]}, "the others of its prefix are followed")
        eventually(lambda: used(proxy, "orders") == {ports[1], ports[2]}, "and another prefix")
        proxy.await_log("a key of etcd holds no endpoint, and is passed over key=/services/carts/b")
        eventually(lambda: proxy.metric("apus_source_up", source="etcd") == 1, "all else is well")
        assert proxy.metric("apus_source_failures_total", source="etcd") >= 1
        etcd.put("/services/carts/b", f"127.0.0.1:{ports[2]}")
        eventually(lambda: len(used(proxy, "carts")) == 3, "once it is smaller it counts")
        # And once more too large.
        etcd.put("/services/carts/b", large)
        eventually(lambda: used(proxy, "carts") == {ports[0], ports[3]}, "it is gone")
        etcd.delete("/services/carts/b")
        etcd.put("/services/carts/d", f"127.0.0.1:{ports[1]}")
        eventually(lambda: used(proxy, "carts") == {ports[0], ports[1], ports[3]}, "it goes on")
        assert set(load.end()) == {200}
    finally:
        proxy.stop()
