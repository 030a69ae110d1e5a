"""Envoy from PyPI, told to do what the mesh says."""

import json
import os
import sys
from pathlib import Path

from ..program import Program, eventually
from .ports import free_port, is_listening

RETRY_ON = {
    "connect-failure": "connect-failure", "reset": "reset", "refused": "refused-stream", "5xx": "5xx",
    "gateway-error": "gateway-error", "unavailable": "unavailable", "cancelled": "cancelled", "internal": "internal",
    "deadline-exceeded": "deadline-exceeded", "resource-exhausted": "resource-exhausted",
}
HTTP = "type.googleapis.com/envoy.extensions.filters.http"
MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
PROTOCOLS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


class Envoy(Program):
    def __init__(self, mesh, directory):
        binary = Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}" / "site-packages/envoy/_bin/envoy"
        self.port, self.admin_port = free_port(), free_port()
        config = Path(directory) / "envoy.yaml"
        config.write_text(json.dumps(self.document(mesh), indent=1))
        super().__init__(
            [binary, "-c", config, "--concurrency", mesh.workers, "--log-level", "warning", "--disable-hot-restart",
             "--base-id", os.getpid()], directory, "envoy")
        eventually(lambda: is_listening(self.port) or not self.is_running, "envoy listens")
        assert self.is_running, self.log

    def document(self, mesh):
        return {
            "admin": {"address": address(self.admin_port)},
            "static_resources": {
                "listeners": [{"name": "test", "address": address(self.port), "filter_chains": [
                    {"filters": [{"name": "http", "typed_config": connection_manager(mesh)}]}]}],
                "clusters": [cluster(service) for service in mesh.services],
            },
        }


def connection_manager(mesh):
    return {
        "@type": MANAGER, "stat_prefix": "test", "codec_type": "AUTO",
        "http_protocol_options": {"enable_trailers": True},
        "http2_protocol_options": {"allow_connect": True},
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "proxy_100_continue": True,
        "stream_error_on_invalid_http_message": True,
        "http_filters": [
            {"name": "envoy.filters.http.grpc_web", "typed_config": {"@type": f"{HTTP}.grpc_web.v3.GrpcWeb"}},
            {"name": "envoy.filters.http.cors", "typed_config": {"@type": f"{HTTP}.cors.v3.Cors"}},
            {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{HTTP}.router.v3.Router"}}],
        "route_config": {"name": "all", "virtual_hosts": [
            {"name": "all", "domains": ["*"], "routes": [route(one) for one in mesh.routes]}]},
    }


def route(one):
    action = {"cluster": one.service, "timeout": seconds((one.timeouts or {}).get("request", "60s"))}
    if action["timeout"] == "0s" or "backendRequest" in (one.timeouts or {}):
        action["max_stream_duration"] = {"grpc_timeout_header_max": "0s"}
    if one.retry:
        action["retry_policy"] = {
            "retry_on": ",".join(RETRY_ON[word] for word in one.retry.get("on", ["connect-failure", "reset", "refused"])),
            "num_retries": one.retry.get("attempts", 1), "host_selection_retry_max_attempts": 5,
            "retry_host_predicate": [{"name": "envoy.retry_host_predicates.previous_hosts", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"}}]}
    found = {"match": {"prefix": one.prefix}, "route": action}
    for each in one.filters:
        if each["type"] == "CORS":
            found["typed_per_filter_config"] = {"envoy.filters.http.cors": cors(each["cors"])}
    return found


def seconds(duration):
    """`300ms` is `0.3s` in Envoy's words."""
    return f"{int(duration[:-2]) / 1000}s" if duration.endswith("ms") else duration


def cors(told):
    return {
        "@type": f"{HTTP}.cors.v3.CorsPolicy",
        "allow_origin_string_match": [
            {"exact": origin} if origin != "*" else {"prefix": ""} for origin in told.get("allowOrigins", ["*"])],
        "allow_methods": ",".join(told.get("allowMethods", [])),
        "allow_headers": ",".join(told.get("allowHeaders", [])),
        "expose_headers": ",".join(told.get("exposeHeaders", [])),
        "max_age": str(told.get("maxAge", 5)),
    }


def cluster(service):
    protocol = {"http2_protocol_options": {}} if service.protocol == "h2" else {
        "http_protocol_options": {"enable_trailers": True}}
    return {
        "name": service.name, "type": "STATIC", "connect_timeout": "5s",
        "circuit_breakers": {"thresholds": [
            {"max_retries": service.settings.get("circuitBreaker", {}).get("maxRetries", 3),
             "max_connections": 10_000, "max_pending_requests": 10_000, "max_requests": 10_000}]},
        "typed_extension_protocol_options": {PROTOCOLS: {
            "@type": f"type.googleapis.com/{PROTOCOLS}", "explicit_http_config": protocol}},
        "load_assignment": {"cluster_name": service.name, "endpoints": [{"lb_endpoints": [
            {"endpoint": {"address": address(port)}} for port in service.ports]}]},
    }


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
