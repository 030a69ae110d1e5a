"""What somebody asked of an API server, fake or real."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    target: str
    status: int
    """None where it is not known yet: a real server tells it of a watch when that has ended."""
    user: str
    protocol: str = None
    at: float = 0.0
    """Seconds, when it came."""

    @property
    def query(self):
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def resource(self):
        """`services`; `discovery.k8s.io/endpointslices`."""
        words = urlsplit(self.target).path.strip("/").split("/")
        if words[0] == "api":
            return words[4] if len(words) > 4 else words[-1]
        return f"{words[1]}/{words[5] if len(words) > 5 else words[-1]}"

    @property
    def is_watch(self):
        return self.query.get("watch") in ("true", "1")

    @property
    def version(self):
        """That it goes on from."""
        return self.query.get("resourceVersion")


def lists(asked):
    return [one for one in asked if not one.is_watch]
