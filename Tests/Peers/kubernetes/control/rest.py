"""The API as those use it who change something: objects are created, replaced and deleted by name."""

import http.client
import json
import ssl


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


class REST:
    def __init__(self, port, authority, token):
        self.port, self.token = port, token
        self.context = ssl.create_default_context(cafile=authority)

    def path(self, kind, namespace, name=None):
        """`kind`: `services`, `discovery.k8s.io/v1/endpointslices`."""
        group, _, resource = kind.rpartition("/")
        place = f"namespaces/{namespace}/" if namespace else ""
        return f"/{'apis/' + group if group else 'api/v1'}/{place}{resource}{'/' + name if name else ''}"

    def put(self, kind, thing):
        """Creates it, or replaces what is there."""
        metadata = thing["metadata"]
        namespace = metadata.get("namespace")
        path = self.path(kind, namespace, metadata["name"])
        try:
            return self.ask("PUT", path, thing)
        except Refused as refused:
            if refused.status == 422 and "metadata.resourceVersion" in str(refused):
                # Before 1.23 a Service is replaced only by those who tell its version.
                version = self.ask("GET", path)["metadata"]["resourceVersion"]
                return self.ask("PUT", path, {**thing, "metadata": {**metadata, "resourceVersion": version}})
            if refused.status != 404:
                raise
        return self.ask("POST", self.path(kind, namespace), thing)

    def delete(self, kind, namespace, name):
        self.ask("DELETE", self.path(kind, namespace, name))

    def ask(self, method, path, body=None, token=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=20)
        try:
            connection.request(
                method, path, json.dumps(body) if body else None,
                {"authorization": f"Bearer {token or self.token}", "content-type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 300:
            raise Refused(response.status, text)
        return json.loads(text) if text.startswith("{") else text
