"""Peers that are refused, and how that has to be told."""

import json
from dataclasses import dataclass, field

from harness import tools
from harness.program import eventually

YESTERDAY = (-3, -1)
TOMORROW = (1, 3)


@dataclass(frozen=True)
class Bad:
    name: str
    reason: str
    issue: dict = field(default_factory=dict)
    stranger: bool = False
    revoked: bool = False
    alert: str = ""
    """What the peer is told, in OpenSSL's words."""
    told: str = ""
    """What a client is told of an endpoint."""


CERTIFICATES = [
    Bad("expired", "certificate_expired", {"days": YESTERDAY}, alert="CERTIFICATE_EXPIRED", told="has expired"),
    Bad("not yet valid", "certificate_not_yet_valid", {"days": TOMORROW}, alert="BAD_CERTIFICATE",
        told="is not valid yet"),
    Bad("wrong authority", "unknown_ca", stranger=True, alert="UNKNOWN_CA", told="is of an unknown authority"),
    Bad("self-signed", "self_signed", {"own": True}, alert="UNKNOWN_CA", told="is self-signed"),
    Bad("revoked", "certificate_revoked", revoked=True, alert="CERTIFICATE_REVOKED", told="is revoked"),
    Bad("weak key", "weak_certificate", {"kind": "1024"}, alert="BAD_CERTIFICATE",
        told="has a weak key or signature"),
]


def certificate(world, bad, **more):
    authority = world.stranger if bad.stranger else world.authority
    made = authority.issue("bad", **{**bad.issue, **more})
    if bad.revoked:
        authority.revoke(made)
    return made


def noted(proxy, peer, reason, *fields, service="origin"):
    """The reason is counted, by its service or listener, too, and in the log, with what else the line has to say."""
    eventually(lambda: proxy.metric("apus_tls_failures_total", peer=peer, reason=reason) >= 1, f"{reason} is counted")
    if peer == "endpoint":
        assert proxy.metric("apus_service_tls_failures_total", service=service, reason=reason) >= 1
    else:
        assert proxy.metric("apus_listener_tls_failures_total", listener="test", reason=reason) >= 1
    line = eventually(lambda: lines(proxy, reason), f"{reason} is in the log")[0]
    assert all(field in line for field in fields), line


def lines(proxy, reason):
    return [line for line in proxy.log.splitlines() if f"reason={reason} " in line]


def problems(proxy):
    """What `/services` says of each service's first endpoint."""
    page = json.loads(proxy.admin("/services"))
    return {one["name"]: one["endpoints"][0]["tlsProblem"] for one in page["services"]}


def get(proxy, path="/"):
    return tools.run("curl", "--silent", "--include", f"http://127.0.0.1:{proxy.port}{path}").decode()
