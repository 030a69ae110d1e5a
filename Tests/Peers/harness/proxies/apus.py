"""Apus, from the binary that the build made (or `APUS_BINARY`), with every listener on port 0."""

import json
import os
import re
import urllib.request
from pathlib import Path

from ..program import Program

PROJECT = Path(__file__).resolve().parents[4]


def binary():
    told = os.environ.get("APUS_BINARY")
    # `scripts/peers.sh` has changed the directory.
    candidates = [PROJECT / told] if told else [PROJECT / ".build" / kind / "apus" for kind in ("debug", "release")]
    for candidate in candidates:
        if candidate.exists():
            return candidate.resolve()
    raise FileNotFoundError(f"no {candidates[0]}: build first, or name one in APUS_BINARY")


class Apus(Program):
    def __init__(self, mesh, directory, prefix=()):
        """`prefix`: of its command, a program that becomes it."""
        config = Path(directory) / "apus.yaml"
        config.write_text(json.dumps(self.document(mesh), indent=1))
        super().__init__([*prefix, binary(), "run", "--config", config], directory, "apus")
        self.await_log(r" ready ")
        self.port = int(self.await_log(r"listening name=test address=127\.0\.0\.1:(\d+)")[1])
        self.admin_port = int(self.await_log(r"admin server listening address=127\.0\.0\.1:(\d+)")[1])

    @property
    def is_debug_build(self):
        return "debug" in binary().parts

    @staticmethod
    def document(mesh):
        """JSON is YAML."""
        return {
            "workers": mesh.workers,
            "admin": {"address": "127.0.0.1:0"},
            "listeners": [{"name": "test", "address": "127.0.0.1:0", **mesh.listener}],
            "routes": [{"name": "all", "rules": [rule(route) for route in mesh.routes]}],
            "services": [
                {
                    "name": service.name, "endpoints": [f"127.0.0.1:{port}" for port in service.ports],
                    "protocol": service.protocol, **service.settings,
                }
                for service in mesh.services],
            **mesh.settings,
        }

    def admin(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def metric(self, name, **labels):
        """The sum over all series of that name whose labels include these."""
        total = 0.0
        for line in self.admin("/metrics").splitlines():
            found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if found and found[1] == name:
                said = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2] or ""))
                if all(said.get(key) == value for key, value in labels.items()):
                    total += float(found[3])
        return total


def rule(route):
    found = {
        "matches": [{"path": {"type": "PathPrefix", "value": route.prefix}}],
        "backendRefs": [{"name": route.service}],
    }
    if route.retry:
        found["retry"] = route.retry
    if route.timeouts:
        found["timeouts"] = route.timeouts
    if route.filters:
        found["filters"] = list(route.filters)
    return found
