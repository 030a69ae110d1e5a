"""An origin that sends the bytes of a script, whatever they are."""

import queue
import socket
import threading

from .. import wire
from ..program import GaveUp
from ..steps import play


class ScriptedOrigin:
    """Serves one connection with `row`, a `ClientRow`, when asked to."""

    def __init__(self, row, patience):
        self.row, self.patience = row, patience
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.verdicts = queue.Queue()
        self.finished = threading.Event()

    def start(self):
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        """Puts into `verdicts` what was wrong with what came upstream, or None."""
        try:
            self.listener.settimeout(self.patience)
            connection, _ = self.listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                upstream = wire.accept(connection, self.row.settings, self.patience)
                play(upstream, self.row.sent)
                self.verdicts.put(self.row.upstream and self.row.upstream(upstream))
                # What the client gets is to come from what was sent, and not from an end of the connection.
                self.finished.wait(self.patience)
        except (GaveUp, OSError) as reason:
            self.verdicts.put(f"the origin: {reason}")
        finally:
            self.listener.close()
