"""The proxies that are compared: where their binaries are, how they start, what they call their version."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

from . import build
from .failure import Failure
from .settings import BENCHMARKS

KIB = 1024


@dataclass(frozen=True)
class Peer:
    name: str
    label: str
    binary: Path
    version: str
    arguments: tuple
    """`$config`, `$port` and the like are filled in at the start."""
    template: str
    """Below benchmarks/peers/; empty for the floor, which is told everything by its arguments."""
    buffer_bytes: int
    """What it may hold of an answer for one reader that does not read."""

    def command(self, values):
        """Writes the configuration into `values["directory"]`; returns the command line."""
        if self.template:
            config = Path(values["directory"]) / self.template
            text = (BENCHMARKS / "peers" / self.template).read_text()
            config.write_text(Template(text).substitute(values))
            values = {**values, "config": config}
        return [str(self.binary), *(Template(argument).substitute(values) for argument in self.arguments)]


def floor(settings):
    return Peer(
        "floor", "byte relay (floor)", build.compiled("floor/relay.c"), "benchmarks/floor/relay.c",
        ("$port", "$origin"), "",
        buffer_bytes=128 * KIB)  # chunk_bytes


def apus(settings):
    return Peer(
        "apus", "Apus", existing(settings.apus), version([settings.apus, "version"]),
        ("run", "--config", "$config"), "apus.yaml",
        buffer_bytes=64 * KIB)


def nginx(settings):
    binary = existing(shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    return Peer(
        "nginx", "nginx", binary, version([binary, "-v"]),
        ("-c", "$config", "-p", "$directory"), "nginx.conf",
        buffer_bytes=(4 + 8 * 8) * KIB)  # proxy_buffer_size and proxy_buffers


def haproxy(settings):
    binary = existing(shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    return Peer(
        "haproxy", "HAProxy", binary, version([binary, "-v"]),
        ("-db", "-f", "$config"), "haproxy.cfg",
        buffer_bytes=2 * 16 * KIB)  # tune.bufsize for each direction


def envoy(settings):
    return Peer(
        "envoy", "Envoy", build.envoy(), build.ENVOY_VERSION,
        ("-c", "$config", "--concurrency", "1", "--log-level", "error", "--disable-hot-restart"), "envoy.yaml",
        buffer_bytes=2 * 32 * KIB)  # per_connection_buffer_limit_bytes, downstream and upstream


ALL = {make.__name__: make for make in (floor, apus, nginx, haproxy, envoy)}


def existing(path):
    if not path or not Path(path).exists():
        raise Failure(f"{path} is missing" if path else "not installed (scripts/install-tools.sh bench)")
    return Path(path)


def version(command):
    """The first thing that looks like a version in what `command` says."""
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    found = re.search(r"\d+\.\d+(\.\d+)?(-[\w+]+)*", said)
    return found.group() if found else said.strip().splitlines()[0][:40] if said.strip() else "unknown"
