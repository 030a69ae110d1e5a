"""A listening socket, a thread for each connection, and notes of what happened."""

import socket
import threading
import traceback

from ..program import GaveUp, PATIENCE


class Origin:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.noted = []
        """Pairs of a word and what belongs to it."""
        self.connections = []
        self.changed = threading.Condition()
        self.gates = {}
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(connection)
            threading.Thread(target=self.guarded, args=(connection,), daemon=True).start()

    def guarded(self, connection):
        try:
            self.serve(connection)
        except OSError:
            pass
        except Exception as error:
            self.note("error", repr(error))
            traceback.print_exc()
        finally:
            connection.close()

    def serve(self, connection):
        raise NotImplementedError

    def note(self, word, about=None):
        with self.changed:
            self.noted.append((word, about))
            self.changed.notify_all()

    def await_note(self, word, holds=lambda about: True, patience=PATIENCE):
        """The first note of that word of which `holds`, once it is there."""
        def found():
            return next(((True, about) for key, about in self.noted if key == word and holds(about)), None)
        with self.changed:
            if not self.changed.wait_for(found, patience):
                raise GaveUp(f"nothing noted as {word!r}; noted: {self.noted[-20:]}")
            return found()[1]

    def count(self, word):
        return sum(key == word for key, _ in self.noted)

    def gate(self, name):
        """An event that a behaviour waits for and a test sets."""
        return self.gates.setdefault(name, threading.Event())

    def close(self):
        self.listener.close()
        for connection in self.connections:
            with_no_error(connection)


def with_no_error(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
