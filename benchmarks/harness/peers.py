"""The proxies that are compared: where their binaries are, how they start, what they call their version."""

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from . import build
from .failure import Failure
from .settings import BENCHMARKS

KIB = 1024
ENVOY_WINDOWS = "http2_protocol_options: {initial_stream_window_size: 65536, initial_connection_window_size: 1048576}"
"""As "Configuring Envoy as an edge proxy" advises."""


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
    words: dict = field(default_factory=dict)
    """What its template says for a version of HTTP towards clients (`downstream1`, `downstream2`) and towards the
    origin (`upstream1`, `upstream2`). A version that is missing is one that it does not speak."""

    def speaks(self, downstream, upstream):
        return f"downstream{downstream}" in self.words and f"upstream{upstream}" in self.words

    def command(self, values):
        """Writes the configuration into `values["directory"]`; returns the command line."""
        if self.template:
            config = Path(values["directory"]) / self.template
            values = {
                **values, "downstream": self.words[f"downstream{values['downstream']}"],
                "upstream": self.words[f"upstream{values['upstream']}"]}
            text = (BENCHMARKS / "peers" / self.template).read_text()
            config.write_text(Template(text).substitute(values))
            values = {**values, "config": config}
        return [str(self.binary), *(Template(argument).substitute(values) for argument in self.arguments)]


def floor(settings):
    return Peer(
        "floor", "byte relay (floor)", build.compiled("floor/relay.c"), "benchmarks/floor/relay.c",
        ("$port", "$origin"), "",
        buffer_bytes=128 * KIB,  # chunk_bytes
        words={"downstream1": "", "upstream1": ""})


def apus(settings):
    return Peer(
        "apus", "Apus", existing(settings.apus), version([settings.apus, "version"]),
        ("run", "--config", "$config"), "apus.yaml",
        buffer_bytes=64 * KIB,
        words={"downstream1": "http", "downstream2": "http", "upstream1": "http1", "upstream2": "h2"})


def nginx(settings):
    binary = existing(shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    return Peer(
        "nginx", "nginx", binary, version([binary, "-v"]),
        ("-c", "$config", "-p", "$directory"), "nginx.conf",
        buffer_bytes=(4 + 8 * 8) * KIB,  # proxy_buffer_size and proxy_buffers
        words={"downstream1": "", "downstream2": " http2", "upstream1": ""})


def haproxy(settings):
    binary = existing(shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    return Peer(
        "haproxy", "HAProxy", binary, version([binary, "-v"]),
        ("-db", "-f", "$config"), "haproxy.cfg",
        buffer_bytes=2 * 16 * KIB,  # tune.bufsize for each direction
        words={"downstream1": "", "downstream2": " proto h2", "upstream1": "", "upstream2": " proto h2"})


def envoy(settings):
    return Peer(
        "envoy", "Envoy", build.envoy(), build.ENVOY_VERSION,
        ("-c", "$config", "--concurrency", "1", "--log-level", "error", "--disable-hot-restart"), "envoy.yaml",
        buffer_bytes=2 * 32 * KIB,  # per_connection_buffer_limit_bytes, downstream and upstream
        words={
            "downstream1": "codec_type: HTTP1", "downstream2": f"codec_type: HTTP2\n          {ENVOY_WINDOWS}",
            "upstream1": "http_protocol_options: {}", "upstream2": ENVOY_WINDOWS})


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
