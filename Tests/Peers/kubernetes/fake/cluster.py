"""A cluster with the fake API server: of today's Kubernetes, with slices of discovery.k8s.io/v1."""

import itertools
import os

from ..cluster import Cluster
from .server import APIServer

NETWORK = f"127.{64 + os.getpid() % 128}"
"""Of pods: another for each run, of which there may be several at a time."""
USER = "system:serviceaccount:shop:apus"


class FakeCluster(Cluster):
    def __init__(self, folder, authority, certificate, protocols=("h2", "http/1.1")):
        self.server = APIServer(certificate, protocols)
        super().__init__(folder, self.server.port, authority, "admin", "v1", NETWORK, 8080)
        self.numbers = itertools.count(1)
        self.former = None
        self.hand_out_token()

    @property
    def asked(self):
        return list(self.server.asked)

    def hand_out_token(self):
        self.former = next((token for token, user in self.server.tokens.items() if user == USER), None)
        token = f"token-{next(self.numbers)}"
        self.server.tokens[token] = USER
        self.token_file.write_text(f"{token}\n")

    def revoke_former_token(self):
        del self.server.tokens[self.former]

    def allow(self, *resources):
        self.server.allowed = set(resources)

    def kill(self):
        self.server.kill()

    def start(self):
        self.server.start()

    def forget(self):
        self.server.compact()

    def send_bookmarks(self):
        self.server.send_bookmarks()

    def expire_watches(self, service):
        self.server.compact()
        self.server.expire_watches()

    def close(self):
        super().close()
        self.server.stop()
