"""Apus, of a file that says where the rest of the configuration is, and not much else."""

import json
import os
import threading

from ..program import Program
from .apus import Apus, binary


class Centred(Apus):
    def __init__(self, directory, way="file", **beginning):
        """`way`: in which it gets to read that: `file`, `input` or `fifo`."""
        self.path = directory / "edge.yaml"
        self.directory = directory
        if way == "fifo":
            os.mkfifo(self.path)
            threading.Thread(target=self.path.write_text, args=(self.text(beginning),), daemon=True).start()
        else:
            self.write(**beginning)
        named, text = ("-", self.text(beginning)) if way == "input" else (self.path, "")
        Program.__init__(self, [binary(), "run", "--config", named], directory, "centred", text)

    @staticmethod
    def text(beginning):
        return json.dumps({"workers": 2, "admin": {"address": "127.0.0.1:0"}, **beginning})

    def write(self, **beginning):
        """Another file in the place of what is there."""
        fresh = self.directory / "edge.yaml.new"
        fresh.write_text(self.text(beginning))
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
