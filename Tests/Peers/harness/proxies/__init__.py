"""The proxies that the suite can be run against: Apus, and others that show that the suite itself is right.

`PEERS_PROXY` chooses one: apus (which counts when nothing is said), envoy, nghttpx, haproxy.
"""

import os

from .apus import Apus
from .envoy import Envoy
from .haproxy import HAProxy
from .nghttpx import Nghttpx

ALL = {"apus": Apus, "envoy": Envoy, "nghttpx": Nghttpx, "haproxy": HAProxy}
CHOSEN = os.environ.get("PEERS_PROXY", "apus")


def start(mesh, directory):
    return ALL[CHOSEN](mesh, directory)
