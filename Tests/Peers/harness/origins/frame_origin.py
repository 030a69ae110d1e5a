"""An HTTP/2 origin made of frames, for what the h2 package does not let one do: the test gives a function that talks on
each connection's `Wire`."""

from .. import wire
from ..program import GaveUp
from .origin import Origin


class FrameOrigin(Origin):
    def __init__(self, talk, settings=()):
        """`talk(wire, number)`: the connection's number, from 0. It begins once a whole request has come."""
        self.talk, self.settings, self.numbers = talk, settings, iter(range(1 << 30))
        super().__init__()

    def serve(self, connection):
        number = next(self.numbers)
        self.note("connection", number)
        try:
            self.talk(wire.accept(connection, self.settings), number)
        except GaveUp as reason:
            self.note("gave up", str(reason))
