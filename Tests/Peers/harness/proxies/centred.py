"""Apus, of a file that says where the rest of the configuration is, and not much else."""

import json

from ..program import Program
from .apus import Apus, binary


class Centred(Apus):
    def __init__(self, directory, **beginning):
        self.path = directory / "edge.yaml"
        self.directory = directory
        self.write(**beginning)
        Program.__init__(self, [binary(), "run", "--config", self.path], directory, "centred")

    def write(self, **beginning):
        """Another file in the place of what is there."""
        fresh = self.directory / "edge.yaml.new"
        fresh.write_text(json.dumps({"workers": 2, "admin": {"address": "127.0.0.1:0"}, **beginning}))
        fresh.rename(self.path)

    def await_ready(self):
        self.await_log(r" ready ")
        self.port = int(self.await_log(r"listening name=test address=127\.0\.0\.1:(\d+)")[1])
        self.admin_port = int(self.await_log(r"admin server listening address=127\.0\.0\.1:(\d+)")[1])
        return self

    @property
    def named_services(self):
        return [service["name"] for service in json.loads(self.admin("/services"))["services"]]


def rest(origin, service="orders"):
    """The rest, with one service, which everything goes to."""
    return json.dumps({
        "listeners": [{"name": "test", "address": "127.0.0.1:0"}],
        "services": [{"name": service, "endpoints": [f"127.0.0.1:{origin.port}"]}]})
