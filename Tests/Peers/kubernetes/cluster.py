"""A cluster as the tests see it, whichever API server it has: a control plane, and a way for Apus to it that can be cut."""

import json

from harness.program import eventually
from harness.relay import Relay

from .control.plane import Plane
from .control.rest import REST


class Cluster:
    """Of the two kinds: `FakeCluster` and `RealCluster`."""

    is_real = False

    def __init__(self, folder, port, authority, admin, slices_version, network, pod_port):
        self.folder, self.authority = folder, authority
        self.rest = REST(port, authority, admin)
        self.relay = Relay(port)
        self.plane = Plane(self.rest, slices_version, network, pod_port)
        self.token_file = folder / "token"
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "own", "user": "apus", "namespace": "shop"}}],
            "clusters": [{"name": "own", "cluster": {
                "server": f"https://127.0.0.1:{self.relay.port}", "certificate-authority": str(authority)}}],
            "users": [{"name": "apus", "user": {"tokenFile": str(self.token_file)}}]}))

    # What differs

    @property
    def asked(self):
        """What Apus has asked so far (`Asked`), in order."""
        raise NotImplementedError

    def hand_out_token(self):
        """Writes another token into the file, as the kubelet does; the former one is still taken."""
        raise NotImplementedError

    def revoke_former_token(self):
        """From now on it is refused."""
        raise NotImplementedError

    def allow(self, *resources):
        """Apus may list and watch just these."""
        raise NotImplementedError

    def kill(self):
        raise NotImplementedError

    def start(self):
        raise NotImplementedError

    def forget(self):
        """Nobody can go on from what has happened so far. Where that takes a new start, what is open ends."""
        raise NotImplementedError

    def send_bookmarks(self):
        """Watches hear how far the versions are by now. A real server does that about once a minute."""
        raise NotImplementedError

    def expire_watches(self, service):
        """Watches of this service were too slow: they are told so, or ended."""
        raise NotImplementedError

    # What follows from it

    @property
    def used_slices(self):
        """Whether what Apus goes by are slices, with all that they say."""
        return any(one.resource == "discovery.k8s.io/endpointslices" and one.status == 200 for one in self.asked)

    def watches(self, resource, since=0):
        return [one for one in self.asked[since:] if one.is_watch and one.resource.endswith(resource)]

    def await_watches(self, since=0):
        """Both kinds of objects are being watched. `since`: how much had been asked when they were not."""
        eventually(lambda: all(
            any(one.status in (200, None) and one.resource.startswith(kinds) for one in self.watches("", since))
            for kinds in ("services", ("endpoints", "discovery"))), "services and endpoints are watched")

    def close(self):
        self.plane.close()
        self.relay.speak()
        self.relay.cut()
