"""A configuration that asks for endpoints which are not known yet takes effect once they are: nobody is refused meanwhile."""

import json
import signal
import socket

import pytest
from harness import mesh
from harness.commands import apus
from harness.etcd import free_ports
from harness.open_loop import Load, status
from harness.program import eventually
from harness.proxies.apus import Apus
from harness.relay import Relay

from .conftest import KEY, used


def service(prefix):
    return {"name": prefix.strip("/"), "etcd": {"prefix": prefix}}


class Moving:
    """A proxy whose route goes to keys with another prefix each time."""

    def __init__(self, directory, url, prefix, **settings):
        self.path = directory / "apus.yaml"
        settings = {"etcd": {"endpoints": [url]}, "services": [service(prefix)], "drain": "5s", **settings}
        self.proxy = Apus(mesh.Mesh((), (mesh.Route("/", prefix.strip("/")),), settings, workers=2), directory)
        self.document = json.loads(self.path.read_text())

    def lead(self, prefix, **further):
        self.document["services"] = [service(prefix)]
        self.document["routes"][0]["rules"][0]["backendRefs"] = [{"name": prefix.strip("/")}]
        self.document.update(further)
        self.write(json.dumps(self.document))

    def write(self, text):
        fresh = self.path.with_name("fresh")
        fresh.write_text(text)
        fresh.rename(self.path)
        self.proxy.signal(signal.SIGHUP)

    @property
    def leads(self):
        return json.loads(self.proxy.admin("/config"))["services"][0]["etcd"]["prefix"]

    @property
    def problems(self):
        return json.loads(self.proxy.admin("/ready"))["problems"]


@pytest.fixture
def moving(tmp_path, etcd, origins):
    etcd.put("/first/a", f"127.0.0.1:{origins[0].port}")
    started = []

    def begin(url=None, **settings):
        directory = tmp_path / "moving"
        directory.mkdir()
        started.append(Moving(directory, url or etcd.url, "/first/", **settings))
        return started[-1]

    yield begin
    for one in started:
        one.proxy.stop()


@pytest.fixture
def relay(etcd):
    made = Relay(etcd.client_port)
    yield made
    made.speak()
    made.cut()


def test_a_route_to_keys_that_nobody_has_asked_for(etcd, origins, moving):
    for number in range(40):
        etcd.put(f"/n{number}/a", f"127.0.0.1:{origins[number % 4].port}")
    some = moving()
    load = Load(some.proxy.port, rate=400)
    for number in range(40):
        some.lead(f"/n{number}/")
        eventually(lambda: some.leads == f"/n{number}/", "it is in effect")
    assert set(load.end()) == {200}
    assert used(some.proxy) == {origins[3].port}


def test_the_former_one_goes_on_until_the_source_has_answered(etcd, origins, moving, relay):
    """It says so wherever one looks; and the newest configuration counts."""
    for name in ("second", "third"):
        etcd.put(f"/{name}/a", f"127.0.0.1:{origins[1].port}")
    some = moving(f"http://127.0.0.1:{relay.port}", timeouts={"discovery": "1h"})
    load = Load(some.proxy.port)
    relay.fall_silent()
    some.lead("/second/")
    some.proxy.await_log(r"waits for its sources of endpoints.*second \(etcd /second/\)")
    eventually(lambda: any("waits for the endpoints of second" in one for one in some.problems), "/ready says so")
    ended, output, _ = apus("reload", "--admin", f"127.0.0.1:{some.proxy.admin_port}")
    assert ended == 0 and "waits for the endpoints of second" in output
    assert some.leads == "/first/" and some.proxy.metric("apus_config_in_effect") == 1
    some.lead("/third/")
    some.proxy.await_log(r"waits for its sources of endpoints.*third \(etcd /third/\)")
    relay.speak()
    relay.drop()
    eventually(lambda: some.leads == "/third/", "the newest one is in effect")
    assert not any("waits" in one for one in some.problems)
    assert set(load.end()) == {200}
    assert used(some.proxy) == {origins[1].port}


def test_what_is_not_answered_in_time_is_not_waited_for(moving, relay):
    some = moving(f"http://127.0.0.1:{relay.port}", timeouts={"discovery": "1s"})
    relay.cut()
    some.lead("/second/")
    eventually(lambda: some.leads == "/second/", "it is in effect")
    some.proxy.await_log(r"no endpoints are known yet.*second")
    assert status(some.proxy) == 503
    relay.heal()


def test_one_that_waits_can_be_taken_back(moving, relay):
    """By a file that is not valid, or by that which is in effect."""
    some = moving(f"http://127.0.0.1:{relay.port}", timeouts={"discovery": "1h"})
    load = Load(some.proxy.port)
    relay.fall_silent()
    for text in ("listeners: 7\n", some.path.read_text()):
        some.lead("/second/")
        eventually(lambda: any("waits for" in one for one in some.problems), "it waits")
        some.write(text)
        eventually(lambda: not any("waits for" in one for one in some.problems), "it does not")
    relay.speak()
    relay.drop()
    assert some.leads == "/first/"
    assert set(load.end()) == {200}


def test_another_etcd_is_asked_before_it_counts(etcd, origins, moving):
    """Where it does not answer, what was found in the former one holds."""
    etcd.put("/second/a", f"127.0.0.1:{origins[1].port}")
    some = moving(timeouts={"discovery": "1h"})
    load = Load(some.proxy.port)
    nobody = f"http://127.0.0.1:{free_ports(1)[0]}"
    some.lead("/second/", etcd={"endpoints": [nobody]})
    eventually(lambda: any("waits for" in one for one in some.problems), "it waits")
    some.lead("/second/", etcd={"endpoints": [etcd.url]})
    eventually(lambda: some.leads == "/second/", "it is in effect")
    assert set(load.end()) == {200}


def test_an_address_that_cannot_be_had_after_the_wait(etcd, origins, moving):
    """The former one goes on, and what was waited for is not waited for again."""
    etcd.put("/second/a", f"127.0.0.1:{origins[1].port}")
    some = moving()
    load = Load(some.proxy.port)
    taken = socket.create_server(("127.0.0.1", 0))
    listeners = some.document["listeners"]
    further = {"name": "further", "address": f"127.0.0.1:{taken.getsockname()[1]}"}
    some.lead("/second/", listeners=[*listeners, further])
    some.proxy.await_log("the configuration cannot be used, the former one goes on")
    assert some.leads == "/first/" and some.proxy.metric("apus_config_in_effect") == 0
    taken.close()
    some.proxy.signal(signal.SIGHUP)
    eventually(lambda: some.leads == "/second/", "it is in effect")
    assert some.proxy.log.count("waits for its sources") == 1
    assert set(load.end()) == {200}


def test_a_rest_that_is_fetched_waits_as_well(etcd, origins, centred):
    """And is taken back by the one that is in effect."""
    def rest(name, reference):
        return json.dumps({
            "listeners": [{"name": "test", "address": "127.0.0.1:0"}], "services": [{"name": name, **reference}],
            "timeouts": {"discovery": "1h"},
            "routes": [{"name": "all", "rules": [{"backendRefs": [{"name": name}]}]}]})

    first = rest("first", {"endpoints": [f"127.0.0.1:{origins[0].port}"]})
    etcd.put(KEY, first)
    nobody = free_ports(1)[0]
    proxy = centred(dns={"servers": [f"127.0.0.1:{nobody}"]}).await_ready()
    load = Load(proxy.port)
    etcd.put(KEY, rest("second", {"dns": "second.test:80"}))
    proxy.await_log("waits for its sources of endpoints.*second")
    assert proxy.named_services == ["first"]
    etcd.put(KEY, first)
    eventually(lambda: "waits for the endpoints" not in proxy.admin("/ready"), "it does not wait")
    assert proxy.named_services == ["first"]
    assert set(load.end()) == {200}
