"""What the API is like, as far as Apus goes by it: the fake server says what the real one says."""

import http.client
import json

import pytest

from .control.rest import Refused

# Python's client speaks no other.
pytestmark = pytest.mark.parametrize("cluster", ["http/1.1"], indirect=True)


class Reader:
    """Asks as Apus does, with its token."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.token = cluster.token_file.read_text().strip()

    def open(self, path, token=None):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.cluster.rest.port, context=self.cluster.rest.context, timeout=20)
        connection.request("GET", path, headers={"authorization": f"Bearer {token or self.token}"})
        return connection.getresponse()

    def get(self, path, token=None):
        response = self.open(path, token)
        return response.status, response.getheader("content-type"), response.read()

    def list(self, query=""):
        status, kind, body = self.get(f"/api/v1/namespaces/shop/services?{query}")
        assert (status, kind) == (200, "application/json")
        return json.loads(body)

    def watch(self, version, query="", seconds=20):
        """Events, one by one as they come."""
        response = self.open(
            f"/api/v1/namespaces/shop/services?watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}"
            f"&resourceVersion={version}{query}")
        assert response.status == 200
        assert response.getheader("transfer-encoding") == "chunked"
        return (json.loads(line) for line in response)


@pytest.fixture
def reader(cluster):
    for name in ("carts", "orders", "users"):
        cluster.plane.service(name)
    return Reader(cluster)


def names(found):
    return [one["metadata"]["name"] for one in found["items"]]


def test_lists(reader):
    found = reader.list()
    assert (found["kind"], found["apiVersion"], names(found)) == ("ServiceList", "v1", ["carts", "orders", "users"])
    assert int(found["metadata"]["resourceVersion"]) > 0
    assert all("kind" not in one and int(one["metadata"]["resourceVersion"]) for one in found["items"])
    assert names(reader.list("fieldSelector=metadata.name%3Dorders")) == ["orders"]


def test_pages(reader):
    first = reader.list("limit=2")
    assert names(first) == ["carts", "orders"]
    rest = reader.list(f"limit=2&continue={first['metadata']['continue']}")
    assert names(rest) == ["users"] and not rest["metadata"].get("continue")
    assert rest["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


def test_watches(cluster, reader):
    found = reader.list()
    events = reader.watch(found["metadata"]["resourceVersion"])
    chosen = reader.watch(found["metadata"]["resourceVersion"], "&fieldSelector=metadata.name%3Dbills")
    cluster.plane.service("bills")
    carts = next(one for one in reader.list()["items"] if one["metadata"]["name"] == "carts")
    carts["spec"]["ports"][0]["port"] = 81
    cluster.rest.put("services", carts)
    cluster.rest.delete("services", "shop", "bills")
    cluster.plane.services = [one for one in cluster.plane.services if one.name != "bills"]
    seen = [next(events) for _ in range(3)]
    assert [(one["type"], one["object"]["metadata"]["name"]) for one in seen] == [
        ("ADDED", "bills"), ("MODIFIED", "carts"), ("DELETED", "bills")]
    versions = [int(one["object"]["metadata"]["resourceVersion"]) for one in seen]
    assert versions == sorted(set(versions)) and versions[0] > int(found["metadata"]["resourceVersion"])
    assert seen[0]["object"]["kind"] == "Service"
    assert [next(chosen)["type"] for _ in range(2)] == ["ADDED", "DELETED"]


def test_a_watch_ends_when_its_time_is_over(reader):
    version = reader.list()["metadata"]["resourceVersion"]
    assert [one["type"] for one in reader.watch(version, seconds=1) if one["type"] != "BOOKMARK"] == []


def test_a_watch_from_what_is_forgotten(cluster, reader):
    version = reader.list()["metadata"]["resourceVersion"]
    cluster.plane.service("bills")
    cluster.forget()
    event, = reader.watch(version)
    assert event["type"] == "ERROR"
    assert {name: event["object"][name] for name in ("kind", "status", "reason", "code")} == {
        "kind": "Status", "status": "Failure", "reason": "Expired", "code": 410}
    assert event["object"]["message"].startswith(f"too old resource version: {version} (")


def test_who_is_nobody(reader):
    status, kind, body = reader.get("/api/v1/namespaces/shop/services", "stranger")
    assert (status, kind) == (401, "application/json")
    assert json.loads(body) == {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "Unauthorized",
        "reason": "Unauthorized", "code": 401}


def test_who_may_not(cluster, reader):
    cluster.allow("services")
    status, kind, body = reader.get("/api/v1/namespaces/shop/endpoints")
    assert (status, kind) == (403, "application/json")
    found = json.loads(body)
    assert (found["reason"], found["code"]) == ("Forbidden", 403)
    assert found["message"] == (
        'endpoints is forbidden: User "system:serviceaccount:shop:apus" cannot list resource "endpoints" in API group "" in '
        'the namespace "shop"')


def test_what_is_not_served(cluster, reader):
    if not cluster.is_real:
        cluster.server.faults.serves_slices = False
    status, kind, body = reader.get("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices")
    assert (status, kind) == (404, "application/json")
    found = json.loads(body)
    assert (found["reason"], found["code"], found["message"]) == (
        "NotFound", 404, "the server could not find the requested resource")


def test_a_service_is_replaced_by_those_who_know_its_version(cluster, reader):
    """As before 1.23. Of other kinds only a version that is told has to be the present one."""
    carts = next(one for one in reader.list()["items"] if one["metadata"]["name"] == "carts")
    path = cluster.rest.path("services", "shop", "carts")
    version = carts["metadata"].pop("resourceVersion")
    with pytest.raises(Refused) as found:
        cluster.rest.ask("PUT", path, carts)
    assert found.value.status == 422 and '"reason":"Invalid"' in str(found.value)
    assert ('"message":"Service \\"carts\\" is invalid: metadata.resourceVersion: Invalid value: \\"\\": must be specified for '
            'an update"') in str(found.value)
    carts["metadata"]["resourceVersion"] = version
    carts["spec"]["ports"][0]["port"] = 81
    fresh = cluster.rest.ask("PUT", path, carts)["metadata"]["resourceVersion"]
    assert int(fresh) > int(version)
    with pytest.raises(Refused) as found:
        cluster.rest.ask("PUT", path, carts)
    assert found.value.status == 409 and '"reason":"Conflict"' in str(found.value)
    assert "the object has been modified; please apply your changes to the latest version" in str(found.value)


@pytest.mark.parametrize("kind", ["endpoints", "configmaps"])
def test_other_kinds_are_replaced_by_anybody(cluster, reader, kind):
    thing = {"metadata": {"name": "some", "namespace": "shop"}}
    version = cluster.rest.put(kind, thing)["metadata"]["resourceVersion"]
    thing["metadata"]["labels"] = {"a": "b"}
    assert int(cluster.rest.ask("PUT", cluster.rest.path(kind, "shop", "some"), thing)["metadata"]["resourceVersion"]) > int(
        version)
    thing["metadata"]["resourceVersion"] = version
    with pytest.raises(Refused) as found:
        cluster.rest.ask("PUT", cluster.rest.path(kind, "shop", "some"), thing)
    assert found.value.status == 409


def test_what_is_not_there(cluster, reader):
    with pytest.raises(Refused) as found:
        cluster.rest.delete("services", "shop", "nobody")
    assert found.value.status == 404
