"""A thousand configurations one after the other, under load."""

import json
import signal

from harness import mesh
from harness.commands import apus
from harness.measure import Flat
from harness.open_loop import Load
from harness.program import eventually
from harness.proxies.apus import Apus


def rule(proxy):
    """The name of the one that is in effect."""
    return json.loads(proxy.admin("/config"))["routes"][0]["rules"][0]["name"]


def test_a_thousand_reloads_lose_nothing(origins, tmp_path):
    """Each with another endpoint, another route and other limits; memory does not grow with their number. Most are asked for by a
    signal; some are left to be noticed, which takes a tenth of a second of quiet."""
    service = mesh.Service("carts", (origins[0].port,))
    proxy = Apus(mesh.Mesh((service,), (mesh.Route("/", "carts"),), workers=2), tmp_path)
    try:
        load = Load(proxy.port)
        path = tmp_path / "apus.yaml"
        document = json.loads(path.read_text())
        for turn in range(1, 1001):
            document["services"][0]["endpoints"] = [f"127.0.0.1:{origins[turn % 2].port}"]
            document["services"][0]["circuitBreaker"] = {"maxRequests": 5000 + turn % 7}
            document["routes"][0]["rules"][0]["name"] = f"rule-{turn}"
            document["drain"] = f"{1 + turn % 60}s"
            fresh = tmp_path / "fresh"
            fresh.write_text(json.dumps(document))
            fresh.rename(path)
            if turn % 50:
                proxy.signal(signal.SIGHUP)
            eventually(lambda: rule(proxy) == f"rule-{turn}", f"configuration {turn} is in effect")
            if turn == 200:
                memory = Flat(proxy.pid)
        assert set(load.end()) == {200}
        assert proxy.metric("apus_config_reloads_total", result="refused") == 0
        memory.check()
        assert proxy.metric("apus_config_reloads_total", result="used") >= 1000
    finally:
        proxy.stop()


def test_the_first_configuration_is_let_go(origins, tmp_path):
    """As any other one is: its names leave `/metrics`. There those are named that a worker had when the present one was made."""
    service = mesh.Service("first", (origins[0].port,))
    proxy = Apus(mesh.Mesh((service,), (mesh.Route("/", "first"),)), tmp_path)
    try:
        path = tmp_path / "apus.yaml"
        document = json.loads(path.read_text())
        document["listeners"][0]["address"] = f"127.0.0.1:{proxy.port}"

        def left_after(name):
            """What is named of the first one after one more reload."""
            document["services"][0]["name"] = document["listeners"][0]["name"] = name
            document["routes"][0] = {"name": name, "rules": [{"backendRefs": [{"name": name}]}]}
            path.write_text(json.dumps(document))
            ended, output, errors = apus("reload", "--admin", f"127.0.0.1:{proxy.admin_port}")
            assert ended == 0, output + errors
            metrics = proxy.admin("/metrics")
            assert f'"{name}"' in metrics
            return {first for first in ("first", "all", "test") if f'"{first}"' in metrics}

        assert '"first"' in proxy.admin("/metrics")
        assert any(not left_after(f"later-{turn}") for turn in range(20))
    finally:
        proxy.stop()
