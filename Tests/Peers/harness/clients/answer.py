"""What a client got."""

import json
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int = None
    fields: list = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    trailers: list = field(default_factory=list)
    informational: list = field(default_factory=list)
    """Pairs of a status and its fields."""
    ended: bool = False
    """It came whole."""
    reset: int = None
    """The code of RST_STREAM; over HTTP/1 -1 where the connection ended within the answer."""

    @property
    def is_over(self):
        return self.ended or self.reset is not None

    def values(self, name):
        return [value for key, value in self.fields if key.lower() == name]

    def field(self, name):
        found = self.values(name)
        return found[0] if found else None

    def trailer(self, name):
        return next((value for key, value in self.trailers if key.lower() == name), None)

    @property
    def told(self):
        """What the origin's behaviour `request` says of what it got."""
        return json.loads(bytes(self.body))
