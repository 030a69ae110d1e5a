"""What `apus diff` and `apus check` say of a file, beside a running proxy."""

import json

import pytest

from harness import mesh
from harness.commands import apus
from harness.program import Program, eventually
from harness.proxies.apus import Apus, binary
from harness.proxies.centred import rest

from .conftest import KEY, place

AGAIN = "takes effect when the process is started again"


@pytest.fixture
def proxy(origins, tmp_path):
    service = mesh.Service("carts", (origins[0].port,))
    started = Apus(mesh.Mesh((service,), (mesh.Route("/", "carts"),), workers=2), tmp_path)
    yield started
    started.stop()


def changed(proxy, **keys):
    """Another file, with other keys."""
    path = proxy.log_path.parent / "other.yaml"
    path.write_text(json.dumps({**json.loads((proxy.log_path.parent / "apus.yaml").read_text()), **keys}))
    return path


def diff(proxy, *files):
    status, output, errors = apus("diff", "--admin", f"127.0.0.1:{proxy.admin_port}", *files)
    return status, output.splitlines(), errors


def test_what_waits_for_a_restart_is_told_before_and_after(proxy):
    file = changed(proxy, workers=3, drain="7s", accessLog={"path": "off", "format": "text"})
    status, lines, _ = diff(proxy, file)
    assert status == 1 and lines == [
        "~ workers: 2 → 3", "~ accessLog.format: json → text", "~ drain: 30s → 7s",
        f"! workers {AGAIN}", f"! accessLog {AGAIN}"]
    file.rename(proxy.log_path.parent / "apus.yaml")
    proxy.await_log("configuration loaded anew")
    again = "a setting takes effect when the process is started again path="
    eventually(lambda: proxy.log.count(again) == 2, "both are told")
    config = json.loads(proxy.admin("/config"))
    assert config["afterRestart"] == {"workers": 3, "accessLog": {"path": "off", "format": "text"}}
    assert (config["workers"], config["accessLog"]["format"], config["drain"]) == (2, "json", "7s")
    status, lines, _ = diff(proxy, proxy.log_path.parent / "apus.yaml")
    assert status == 1 and lines == [
        "~ workers: 2 → 3", "~ accessLog.format: json → text", f"! workers {AGAIN}", f"! accessLog {AGAIN}"]
    status, output, errors = apus("check", "-", text=proxy.admin("/config"))
    assert status == 0 and "1 warning" in output and "afterRestart: has no effect" in errors


def test_another_address_of_the_admin_server_waits(proxy):
    """Port 0, which the file says, is whichever was free."""
    assert diff(proxy, changed(proxy))[:2] == (0, ["nothing would change"])
    status, lines, _ = diff(proxy, changed(proxy, admin={"address": "127.0.0.1:1"}))
    assert status == 1 and lines == [
        f"~ admin.address: 127.0.0.1:{proxy.admin_port} → 127.0.0.1:1", f"! admin {AGAIN}"]


@pytest.mark.parametrize("way", ["file", "input"])
def test_what_the_command_line_says_is_no_difference(tmp_path, way):
    """It goes before what the file says, now and after a reload."""
    file = tmp_path / "given.yaml"
    file.write_text(json.dumps({
        "admin": {"address": "127.0.0.1:1"}, "log": {"level": "error", "format": "json"}, "workers": 1,
        "listeners": [{"name": "test", "address": "127.0.0.1:0"}], "services": [{"name": "none", "endpoints": []}]}))
    program = Program(
        [binary(), "run", "--config", file if way == "file" else "-", "--admin", "127.0.0.1:0", "--log-level", "info",
         "--log-format", "text"], tmp_path, "given", file.read_text() if way == "input" else "")
    try:
        address = program.await_log(r"admin server listening address=(\S+)")[1]
        assert apus("diff", "--admin", address, file)[:2] == (0, "nothing would change\n")
    finally:
        program.stop()


def test_no_line_is_long(proxy):
    names = [f"host-{number}.example" for number in range(200)]
    services = [
        {"name": name, "endpoints": [f"10.0.0.{number}:80" for number in range(1, 100)]} for name in ("carts", "web")]
    routes = [{"name": "all", "hostnames": names, "rules": [
        {"matches": [{"path": {"value": "/" + "x" * 300}}], "backendRefs": [{"name": "web"}]}]}]
    status, lines, _ = diff(proxy, changed(proxy, services=services, routes=routes))
    assert status == 1 and len(lines) > 300 and max(map(len, lines)) <= 100
    assert "+ services[carts].endpoints[10.0.0.7:80]: {address: 10.0.0.7:80, weight: 1}" in lines
    assert "+   - host-199.example" in lines


def test_the_rest_is_fetched(etcd, origins, centred, tmp_path):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    assert diff(proxy, proxy.path)[:2] == (0, ["nothing would change"])

    other = tmp_path / "other.yaml"
    other.write_text(json.dumps({"workers": 2, "admin": {"address": "127.0.0.1:0"}, **place(etcd, "/apus/other.yaml")}))
    status, lines, errors = diff(proxy, other)
    assert status == 2 and not lines
    assert "etcd:/apus/other.yaml, cannot be fetched: there is nothing" in errors and "FILE REST" in errors

    etcd.put("/apus/other.yaml", rest(origins[0], "other"))
    status, lines, _ = diff(proxy, other)
    assert status == 1 and "- services[orders]" in lines and "+ services[other]:" in lines

    etcd.put("/apus/other.yaml", "services: [{name: web, endpints: []}]")
    status, lines, errors = diff(proxy, other)
    assert status == 2 and "etcd:/apus/other.yaml:1:24: services[0]: unknown field" in errors

    etcd.kill()
    status, lines, errors = diff(proxy, other)
    assert status == 2 and "cannot be fetched: UNAVAILABLE" in errors and errors.count("\n") == 1


def test_standard_input_may_name_a_rest(etcd, origins, centred):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    status, output, errors = apus("diff", "--admin", f"127.0.0.1:{proxy.admin_port}", "-", text=proxy.path.read_text())
    assert (status, output) == (0, "nothing would change\n"), errors


def test_where_the_rest_comes_from_is_told(etcd, origins, centred, tmp_path):
    """On `/config`, which is a whole configuration all the same, and as a difference; it takes effect at once."""
    for key in (KEY, "/apus/other.yaml"):
        etcd.put(key, rest(origins[0]))
    proxy = centred().await_ready()
    page = proxy.admin("/config")
    assert json.loads(page)["configuration"] == {"etcd": {"key": KEY}, "included": True}
    status, output, errors = apus("check", "-", text=page)
    assert status == 0 and "1 service" in output and "configuration.included: the rest is here already" in errors

    other = tmp_path / "other.yaml"
    other.write_text(json.dumps({**json.loads(proxy.path.read_text()), **place(etcd, "/apus/other.yaml")}))
    assert diff(proxy, other)[:2] == (1, [f"~ configuration.etcd.key: {KEY} → /apus/other.yaml"])
    other.rename(proxy.path)
    eventually(lambda: diff(proxy, proxy.path)[:2] == (0, ["nothing would change"]), "the other place is followed")
    assert json.loads(proxy.admin("/config"))["configuration"]["etcd"] == {"key": "/apus/other.yaml"}


def test_another_cluster_is_told(origins, tmp_path):
    clusters = [tmp_path / name for name in ("one", "two")]
    for file in clusters:
        file.write_text(json.dumps({
            "current-context": "a", "contexts": [
                {"name": "a", "context": {"cluster": "c", "user": "u", "namespace": file.name}}],
            "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
            "users": [{"name": "u", "user": {"token": "hunter2"}}]}))
    service = mesh.Service("carts", (origins[0].port,))
    settings = {"kubernetes": {"kubeconfig": str(clusters[0])}}
    proxy = Apus(mesh.Mesh((service,), (mesh.Route("/", "carts"),), settings, workers=2), tmp_path)
    try:
        page = proxy.admin("/config")
        assert "hunter2" not in page and json.loads(page)["kubernetes"] == {
            "kubeconfig": str(clusters[0]), "namespace": "one", "clusterDomain": "cluster.local", "timeout": "30s"}
        file = changed(proxy, kubernetes={"kubeconfig": str(clusters[1]), "timeout": "5s"})
        status, lines, _ = diff(proxy, file)
        assert status == 1 and lines[-2:] == ["~ kubernetes.namespace: one → two", "~ kubernetes.timeout: 30s → 5s"]
        assert lines[0].startswith("~ kubernetes.kubeconfig:") and not any(AGAIN in line for line in lines)
        file.rename(proxy.log_path.parent / "apus.yaml")
        proxy.await_log("configuration loaded anew")
        assert json.loads(proxy.admin("/config"))["kubernetes"]["namespace"] == "two"
    finally:
        proxy.stop()


def test_what_a_file_lacks_is_told_once(proxy):
    """Whoever asks again is told that nothing is better."""
    file = changed(proxy, services=[{"name": "carts", "endpints": []}])
    file.rename(proxy.log_path.parent / "apus.yaml")
    for _ in range(2):
        status, _, errors = apus("reload", "--admin", f"127.0.0.1:{proxy.admin_port}")
        assert status == 1 and "did you mean `endpoints`" in errors
    eventually(lambda: proxy.log.count("still cannot be used for the same reasons") >= 1, "it is told again")
    assert proxy.log.count("valid: name, endpoints") == 1
    assert "the new configuration is not in effect: " in proxy.admin("/ready")


def test_a_pod_s_file_can_be_looked_at_anywhere(tmp_path):
    file = tmp_path / "pod.yaml"
    file.write_text("services: [{name: web, kubernetes: {service: web}}]\n")
    status, output, errors = apus("check", file)
    assert status == 0 and "valid: " in output
    assert "pod.yaml:1:19: warning: services[0].name: the endpoints of `web` are in Kubernetes: it could not run here" in errors
    status, _, errors = apus("run", "--config", file)
    assert status == 1 and "the endpoints of `web` are in Kubernetes: this is no pod of a cluster" in errors


def test_another_secret_is_not_told_to_be_the_same(origins, tmp_path):
    """The proxy does not show it, and nobody but the proxy could compare."""
    def etcd(password):
        return {"etcd": {"endpoints": ["https://127.0.0.1:1"], "user": "u", "password": password}}

    service = mesh.Service("carts", (origins[0].port,))
    filters = ({"type": "RequestHeaderModifier", "requestHeaderModifier": {
        "set": [{"name": "authorization", "value": "hunter1"}]}},)
    proxy = Apus(mesh.Mesh((service,), (mesh.Route("/", "carts", filters=filters),), etcd("hunter1")), tmp_path)
    try:
        status, lines, _ = diff(proxy, changed(proxy, **etcd("hunter2")))
        place = "routes[all].rules[0].filters[0].requestHeaderModifier.set[authorization].value"
        note = f"! values shown as *** are not compared: {place}, etcd.password"
        assert (status, lines) == (0, ["nothing would change", note])
        status, lines, _ = diff(proxy, changed(proxy, drain="7s", **etcd("hunter2")))
        assert (status, lines) == (1, ["~ drain: 30s → 7s", note])
        assert diff(proxy, changed(proxy, etcd=None))[1][-1] == note.removesuffix(", etcd.password")
        status, output, errors = apus("check", "-", text=proxy.admin("/config"))
        assert status == 0 and "2 warnings" in output and "etcd.password: `***` is what `/config` shows" in errors
    finally:
        proxy.stop()
