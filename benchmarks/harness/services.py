"""Large tables of services: the same one as Apus and as Envoy have it written."""

import json

ENDPOINTS = 10
"""Of each service."""


def name(service):
    return f"service-{service}"


def address(service, endpoint):
    """Nobody listens there."""
    number = service * ENDPOINTS + endpoint
    return f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


def apus(services, values):
    """A route for each service, by its name as the host, as it is without `routes`."""
    return json.dumps({
        "workers": 1, "admin": {"address": f"127.0.0.1:{values['admin']}"},
        "listeners": [{"name": "public", "address": f"127.0.0.1:{values['port']}"}],
        "services": [{
            "name": name(service),
            "endpoints": [f"{address(service, endpoint)}:8080" for endpoint in range(ENDPOINTS)]}
            for service in range(services)] + [{"name": "bench", "endpoints": [f"127.0.0.1:{values['origin']}"]}]})


def envoy(services, values):
    manager = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    router = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"

    def cluster(title, hosts):
        return {
            "name": title, "type": "STATIC", "connect_timeout": "5s", "load_assignment": {
                "cluster_name": title, "endpoints": [{"lb_endpoints": [
                    {"endpoint": {"address": {"socket_address": {"address": host, "port_value": port}}}}
                    for host, port in hosts]}]}}

    def host(title):
        return {
            "name": title, "domains": [title],
            "routes": [{"match": {"prefix": "/"}, "route": {"cluster": title, "timeout": "0s"}}]}

    return json.dumps({
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": values["admin"]}}},
        "static_resources": {
            "listeners": [{
                "name": "public",
                "address": {"socket_address": {"address": "127.0.0.1", "port_value": values["port"]}},
                "filter_chains": [{"filters": [{
                    "name": "envoy.filters.network.http_connection_manager", "typed_config": {
                        "@type": manager, "stat_prefix": "public",
                        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {"@type": router}}],
                        "route_config": {
                            "name": "all",
                            "virtual_hosts": [host(name(service)) for service in range(services)] + [host("bench")]}}}]}]}],
            "clusters": [
                cluster(name(service), [(address(service, endpoint), 8080) for endpoint in range(ENDPOINTS)])
                for service in range(services)] + [cluster("bench", [("127.0.0.1", values["origin"])])]}})


WRITTEN = {"apus": apus, "envoy": envoy}
