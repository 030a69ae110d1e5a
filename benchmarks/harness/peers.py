"""The proxies that are compared: where their binaries are, how they start, what they call their version."""

import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from . import build
from .failure import Failure
from .settings import BENCHMARKS

KIB = 1024
ENVOY_WINDOWS = "http2_protocol_options: {initial_stream_window_size: 65536, initial_connection_window_size: 1048576}"
"""As "Configuring Envoy as an edge proxy" advises."""


NGINX_LISTENER = "  ssl_certificate $keys/server.crt;\n  ssl_certificate_key $keys/server.key;\n  ssl_protocols TLSv1.2 TLSv1.3;"
NGINX_UPSTREAM = """\
  proxy_ssl_certificate $keys/client.crt;
  proxy_ssl_certificate_key $keys/client.key;
  proxy_ssl_trusted_certificate $keys/ca.crt;
  proxy_ssl_verify on;
  proxy_ssl_name bench.example;
  proxy_ssl_server_name on;
  proxy_ssl_protocols TLSv1.3;"""
ENVOY_LISTENER = (
    'transport_socket: {name: tls, typed_config: {"@type": '
    "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, %scommon_tls_context: "
    '{tls_certificates: [{certificate_chain: {filename: "$keys/server.crt"}, private_key: {filename: "$keys/server.key"}}], '
    'validation_context: {trusted_ca: {filename: "$keys/ca.crt"}}}}}')
ENVOY_ASKS = "require_client_certificate: true, "
ENVOY_UPSTREAM = (
    'transport_socket: {name: tls, typed_config: {"@type": '
    "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext, sni: bench.example, "
    "common_tls_context: {tls_params: {tls_maximum_protocol_version: TLSv1_3}, "
    'tls_certificates: [{certificate_chain: {filename: "$keys/client.crt"}, private_key: {filename: "$keys/client.key"}}], '
    'validation_context: {trusted_ca: {filename: "$keys/ca.crt"}, match_typed_subject_alt_names: '
    "[{san_type: DNS, matcher: {exact: bench.example}}]}}}}")


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
    serves_beside_stalled: bool = False
    """Streams that share a connection to the origin with many that nobody reads go on."""
    secure: dict = field(default_factory=dict)
    """What its template says where TLS is spoken, in `tls_listener` and the like, by what is wanted: `listener`, `mutual`
    (clients have to show a certificate), `upstream` (TLS to the origin, which asks for one)."""
    words: dict = field(default_factory=dict)
    """What its template says for a version of HTTP towards clients (`downstream1`, `downstream2`) and towards the
    origin (`upstream1`, `upstream2`). A version that is missing is one that it does not speak."""

    def speaks(self, downstream, upstream):
        return f"downstream{downstream}" in self.words and f"upstream{upstream}" in self.words

    def secures(self, wanted):
        return all(one in self.secure for one in wanted)

    def command(self, values):
        """Writes the configuration into `values["directory"]`; returns the command line."""
        if self.template:
            config = Path(values["directory"]) / self.template
            values = {
                **values, "downstream": self.words[f"downstream{values['downstream']}"],
                "upstream": self.words[f"upstream{values['upstream']}"]}
            for wanted in values["tls"]:
                for name, word in self.secure[wanted].items():
                    values[name] = Template(word).substitute(values)
            values = {"tls_listener": "", "tls_upstream": "", "tls_settings": "", **values}
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
        serves_beside_stalled=True,
        secure={
            "listener": {"tls_listener": ", tls: {certificates: [{certificate: $keys/server.crt, key: $keys/server.key}]}"},
            "mutual": {
                "tls_listener": ", tls: {certificates: [{certificate: $keys/server.crt, key: $keys/server.key}], "
                "clientCertificates: {trust: [$keys/ca.crt]}}"},
            "upstream": {
                "tls_upstream": "\n  tls: {serverName: bench.example, trust: [$keys/ca.crt], "
                "certificate: $keys/client.crt, key: $keys/client.key}"}},
        words={"downstream1": "http", "downstream2": "http", "upstream1": "http1", "upstream2": "h2"})


def before(settings):
    """Another build of Apus, measured as if it were somebody else's."""
    return replace(apus(replace(settings, apus=settings.before)), name="before", label="Apus, before")


def nginx(settings):
    binary = existing(shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    return Peer(
        "nginx", "nginx", binary, version([binary, "-v"]),
        ("-c", "$config", "-p", "$directory"), "nginx.conf",
        buffer_bytes=(4 + 8 * 8) * KIB,  # proxy_buffer_size and proxy_buffers
        secure={
            "listener": {"tls_listener": " ssl", "tls_settings": NGINX_LISTENER},
            "mutual": {
                "tls_listener": " ssl",
                "tls_settings": f"{NGINX_LISTENER}\n  ssl_client_certificate $keys/ca.crt;\n  ssl_verify_client on;"},
            "upstream": {"tls_upstream": "s", "tls_settings": NGINX_UPSTREAM}},
        words={"downstream1": "", "downstream2": " http2", "upstream1": ""})


def haproxy(settings):
    binary = existing(shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    return Peer(
        "haproxy", "HAProxy", binary, version([binary, "-v"]),
        ("-db", "-f", "$config"), "haproxy.cfg",
        buffer_bytes=2 * 16 * KIB,  # tune.bufsize for each direction
        secure={
            "listener": {"tls_listener": " ssl crt $keys/server.pem"},
            "mutual": {"tls_listener": " ssl crt $keys/server.pem ca-file $keys/ca.crt verify required"},
            "upstream": {
                "tls_upstream": " ssl crt $keys/client.pem ca-file $keys/ca.crt sni str(bench.example) "
                "verifyhost bench.example"}},
        words={"downstream1": "", "downstream2": " proto h2", "upstream1": "", "upstream2": " proto h2"})


def envoy(settings):
    return Peer(
        "envoy", "Envoy", build.envoy(), build.ENVOY_VERSION,
        ("-c", "$config", "--concurrency", "1", "--log-level", "error", "--disable-hot-restart"), "envoy.yaml",
        secure={
            "listener": {"tls_listener": ENVOY_LISTENER % ""},
            "mutual": {"tls_listener": ENVOY_LISTENER % ENVOY_ASKS},
            "upstream": {"tls_upstream": ENVOY_UPSTREAM}},
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
