"""Routes that go to another Service by a changed file: nobody is refused until its endpoints are known."""

import json
import signal

from harness.program import eventually

from .control.workloads import Deployment


def names(proxy):
    return set(proxy.services())


def test_a_route_goes_to_another_service_and_back(cluster, start, load):
    for name in ("blue", "green"):
        Deployment(cluster.plane, name)

    def routes(name):
        return [{"name": "all", "rules": [{"backendRefs": [{"name": name, "port": 80}]}]}]

    proxy = start({}, routes=routes("blue"))
    path = proxy.log_path.parent / "apus.yaml"
    document = json.loads(path.read_text())
    running = load(proxy)
    for turn in range(20):
        wanted = ("green", "blue")[turn % 2]
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({**document, "routes": routes(wanted)}))
        fresh.rename(path)
        proxy.signal(signal.SIGHUP)
        eventually(lambda: names(proxy) == {f"{wanted}.shop:80"}, f"it goes to {wanted}")
        running.rounds(1)
    running.end()
    assert running.lost == []
    assert {pod.split("-")[0] for pod in running.answers} == {"blue", "green"}
