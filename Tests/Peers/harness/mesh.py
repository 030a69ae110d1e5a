"""What a proxy has to do in a test, said once for every proxy that the suite can be run against."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    name: str
    ports: tuple
    """Of its endpoints, all on 127.0.0.1."""
    protocol: str = "http1"
    """`http1` or `h2`."""
    settings: dict = field(default_factory=dict)
    """Further keys of Apus's `services[]`."""


@dataclass(frozen=True)
class Route:
    prefix: str
    service: str
    retry: dict = None
    """As in Apus's configuration."""
    timeouts: dict = None
    filters: tuple = ()


@dataclass(frozen=True)
class Mesh:
    services: tuple
    routes: tuple
    settings: dict = field(default_factory=dict)
    """Further keys of Apus's document, such as `limits` and `timeouts`."""
    workers: int = 1
    listener: dict = field(default_factory=dict)
    """Further keys of Apus's `listeners[]`, such as `tls`."""


def one_service(port, protocol="http1", **settings):
    """Everything goes to one endpoint."""
    return Mesh((Service("origin", (port,), protocol),), (Route("/", "origin"),), settings)
