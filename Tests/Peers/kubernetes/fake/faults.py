"""What a bad day of the fake API server is like. Nothing of it holds for administrators."""

from dataclasses import dataclass, field


@dataclass
class Faults:
    refuses: dict = field(default_factory=dict)
    """By (verb, resource): a `Refusal` that is the answer, until it is taken away."""
    held: set = field(default_factory=set)
    """(verb, resource) of which answers wait until `APIServer.release`."""
    piece: int = None
    """Bytes that are sent at a time; None: as they come."""
    page: int = None
    """Objects of a page at most; None: as many as are asked for."""
    cuts: int = 0
    """How many events are still sent by half, and then the connection is cut."""
    tells_in_stream: bool = True
    """How a watch hears that its version is forgotten: by an ERROR event, or by status 410."""
    serves_slices: bool = True
    """Whether there is discovery.k8s.io/v1."""
