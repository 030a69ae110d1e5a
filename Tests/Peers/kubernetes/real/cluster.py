"""A cluster with a real kube-apiserver, on Debian's etcd. Apus is a service account there, with a Role as the documentation has it.

No controller runs beside it and no kubelet: the test's control plane stands for them. Its record is the audit log.
"""

import http.client
import json
import time

from harness.certificates import Authority, openssl
from harness.etcd import Etcd, free_ports
from harness.program import Program, eventually

from ..asked import Asked
from ..cluster import Cluster
from ..control.plane import NAMESPACE
from ..control.rest import Refused

RBAC = "rbac.authorization.k8s.io/v1"


class RealCluster(Cluster):
    is_real = True

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        authority = Authority(folder / "authority", "kubernetes")
        self.certificate = authority.issue("kube-apiserver", "DNS:kubernetes.default.svc,IP:127.0.0.1", "serverAuth")
        self.accounts_key = folder / "accounts.key"
        openssl("genpkey", "-algorithm", "RSA", "-out", self.accounts_key)
        (folder / "tokens.csv").write_text("admin,admin,admin,system:masters\n")
        (folder / "audit.yaml").write_text(json.dumps({
            "apiVersion": "audit.k8s.io/v1", "kind": "Policy",
            "rules": [{"level": "None", "userGroups": ["system:masters"]}, {"level": "Metadata"}]}))
        self.etcd = Etcd(folder)
        self.port, = free_ports(1)
        self.tokens = []
        self.passed = 0
        """What was asked before this test began."""
        super().__init__(folder, self.port, authority.certificate, "admin", "v1beta1", "10.244", 8080)
        self.start()
        self.rest.put("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        self.rest.put("serviceaccounts", named("v1", "ServiceAccount", "apus"))
        self.rest.put(f"{RBAC}/rolebindings", named(
            RBAC, "RoleBinding", "apus", roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "apus"},
            subjects=[{"kind": "ServiceAccount", "name": "apus", "namespace": NAMESPACE}]))
        self.clear()

    def start(self):
        self.server = Program(
            [self.binary, f"--etcd-servers={self.etcd.url}", f"--secure-port={self.port}", "--bind-address=127.0.0.1",
             "--insecure-port=0", "--advertise-address=10.244.255.1", "--endpoint-reconciler-type=none",
             f"--tls-cert-file={self.certificate.chain}", f"--tls-private-key-file={self.certificate.key}",
             f"--token-auth-file={self.folder / 'tokens.csv'}", "--authorization-mode=RBAC",
             "--service-account-issuer=https://kubernetes.default.svc", "--api-audiences=https://kubernetes.default.svc",
             f"--service-account-signing-key-file={self.accounts_key}", f"--service-account-key-file={self.accounts_key}",
             "--service-cluster-ip-range=10.96.0.0/16", f"--audit-policy-file={self.folder / 'audit.yaml'}",
             f"--audit-log-path={self.folder / 'audit.log'}", f"--cert-dir={self.folder}", "--v=1"],
            self.folder, "kube-apiserver")
        eventually(self.is_ready, "kube-apiserver is ready", 120)

    def is_ready(self):
        """Before that it refuses everybody, since it does not know yet who may do what."""
        assert self.server.is_running, self.server.log[-3000:]
        try:
            return self.rest.ask("GET", "/readyz") == "ok"
        except (OSError, Refused):
            return False

    def kill(self):
        self.server.process.kill()
        self.server.wait()

    def clear(self):
        """As if nothing had happened: for the next test."""
        self.relay.cuts = 0
        self.relay.speak()
        # With a service its Endpoints go.
        for kind in ("services", "endpoints", "discovery.k8s.io/v1beta1/endpointslices", "configmaps"):
            for thing in self.rest.ask("GET", self.rest.path(kind, NAMESPACE))["items"]:
                self.rest.delete(kind, NAMESPACE, thing["metadata"]["name"])
        self.plane.forget()
        self.allow("services", "endpoints", "discovery.k8s.io/endpointslices", "configmaps")
        self.hand_out_token()
        self.passed = len(self.audited())

    # Who Apus is, and what it may do

    def hand_out_token(self):
        """A token is bound to a Secret, with which it ends."""
        name = f"bound-{time.monotonic_ns()}"
        self.rest.put("secrets", named("v1", "Secret", name))
        found = self.rest.ask(
            "POST", self.rest.path("serviceaccounts", NAMESPACE, "apus/token"), {
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                "spec": {"audiences": ["https://kubernetes.default.svc"], "expirationSeconds": 3600,
                         "boundObjectRef": {"apiVersion": "v1", "kind": "Secret", "name": name}}})
        self.tokens.append((name, found["status"]["token"]))
        self.token_file.write_text(found["status"]["token"])

    def revoke_former_token(self):
        name, token = self.tokens[-2]
        self.rest.delete("secrets", NAMESPACE, name)
        eventually(lambda: self.refuses(token), "the former token is refused", 60)

    def refuses(self, token):
        try:
            self.rest.ask("GET", self.rest.path("services", NAMESPACE), token=token)
        except Refused as refused:
            return refused.status == 401
        return False

    def allow(self, *resources):
        rules = [
            {"apiGroups": [resource.rpartition("/")[0]], "resources": [resource.rpartition("/")[2]],
             "verbs": ["list", "watch"]} for resource in resources]
        self.rest.put(f"{RBAC}/roles", named(RBAC, "Role", "apus", rules=rules))

    # What was asked

    def audited(self):
        file = self.folder / "audit.log"
        lines = file.read_text().splitlines() if file.exists() else []
        events = [json.loads(line) for line in lines if line.endswith("}")]
        found = {}
        for event in events:
            one = found.setdefault(event["auditID"], Asked(event["requestURI"], None, event["user"].get("username")))
            one.status = event.get("responseStatus", {}).get("code", one.status)
        # Apus always says more than a path, and the tests' own questions do not.
        return [one for one in found.values() if one.query]

    @property
    def asked(self):
        return self.audited()[self.passed:]

    def forget(self):
        """Its cache of events begins anew with it; etcd's history is compacted as it is every five minutes."""
        self.kill()
        self.start()

    def send_bookmarks(self):
        """Who began to watch before hears of it before this does, which sees nothing else. Nobody is told what is no news: so
        something has to change meanwhile."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.rest.context, timeout=120)
        path = self.rest.path("services", NAMESPACE)
        query = "watch=true&allowWatchBookmarks=true&timeoutSeconds=600&fieldSelector=metadata.name%3Dnobody"
        connection.request("GET", f"{path}?{query}", headers={"authorization": f"Bearer {self.rest.token}"})
        response = connection.getresponse()
        self.rest.put("services", named("v1", "Service", "news", spec={"ports": [{"port": 1}]}))
        assert json.loads(response.readline())["type"] == "BOOKMARK"
        connection.close()

    def expire_watches(self, service):
        """By large events of its endpoints that nobody reads. (This version never ends a watch of services for that.)"""
        path = self.rest.path("endpoints", NAMESPACE, service)
        word = "Forcing watcher close due to unresponsiveness"
        before = self.server.log.count(word)
        self.relay.fall_silent()
        for turn in range(200):
            thing = self.rest.ask("GET", path)
            thing["metadata"]["annotations"] = {"note": f"{turn} " * 50_000}
            self.rest.ask("PUT", path, thing)
            if self.server.log.count(word) > before:
                return self.relay.speak()
        raise AssertionError("the server holds as much as it likes")

    def close(self):
        super().close()
        self.server.stop()
        self.etcd.stop()


def named(version, kind, name, **more):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE}, **more}
