"""A proxy whose file names etcd, and what is put there."""

import json

from harness.program import Program
from harness.proxies.apus import Apus, binary

KEY = "/apus/edge.yaml"


class Centred(Apus):
    """Of a file that names etcd, and not much else."""

    def __init__(self, directory, etcd, key=KEY, **settings):
        self.path = directory / "edge.yaml"
        self.directory = directory
        self.write(etcd, key, **settings)
        Program.__init__(self, [binary(), "run", "--config", self.path], directory, "centred")

    def write(self, etcd, key=KEY, **settings):
        fresh = self.directory / "edge.yaml.new"
        fresh.write_text(json.dumps({
            "workers": 2, "admin": {"address": "127.0.0.1:0"}, "etcd": {"endpoints": [etcd.url]},
            "configuration": {"etcd": {"key": key}}, **settings}))
        fresh.rename(self.path)

    def await_ready(self):
        self.await_log(r" ready ")
        self.port = int(self.await_log(r"listening name=test address=127\.0\.0\.1:(\d+)")[1])
        self.admin_port = int(self.await_log(r"admin server listening address=127\.0\.0\.1:(\d+)")[1])
        return self


def text(origin, service="orders"):
    return json.dumps({
        "listeners": [{"name": "test", "address": "127.0.0.1:0"}],
        "services": [{"name": service, "endpoints": [f"127.0.0.1:{origin.port}"]}]})


def services(proxy):
    return [service["name"] for service in json.loads(proxy.admin("/services"))["services"]]
