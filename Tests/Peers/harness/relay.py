"""The way to a server, which can be cut."""

import contextlib
import socket
import threading


class Relay:
    def __init__(self, target):
        self.target = target
        """The server's port."""
        self.pairs = set()
        self.lock = threading.Lock()
        self.flows = threading.Event()
        """Not set: bytes are kept."""
        self.flows.set()
        self.cuts = 0
        """How many pieces that the server says are still passed on by half, and then the connection is cut."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.listener = None
        self.heal()

    def heal(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def cut(self):
        """Nobody gets through: what is open ends, and connections are refused."""
        shut(self.listener, socket.SHUT_RDWR)
        self.listener.close()
        self.drop()

    def drop(self):
        """What is open ends; who comes again gets through."""
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            for one in pair:
                shut(one, socket.SHUT_RDWR)

    def fall_silent(self):
        """As a network that is parted: what is open stays open, who comes is let in, and nobody hears anything."""
        self.flows.clear()

    def speak(self):
        """What was kept arrives, where somebody still waits for it."""
        self.flows.set()

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.carry, args=(client, server), daemon=True).start()

    def carry(self, client, server):
        pair = (client, server)
        with self.lock:
            self.pairs.add(pair)
        back = threading.Thread(target=self.pump, args=(server, client, True), daemon=True)
        back.start()
        self.pump(client, server)
        back.join()
        with self.lock:
            self.pairs.discard(pair)
        for one in pair:
            one.close()

    def takes_cut(self):
        with self.lock:
            cut, self.cuts = self.cuts > 0, max(0, self.cuts - 1)
        return cut

    def pump(self, source, sink, is_answer=False):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                self.flows.wait()
                if is_answer and self.takes_cut():
                    sink.sendall(piece[:len(piece) // 2])
                    break
                sink.sendall(piece)
        self.flows.wait()
        for one in (source, sink):
            shut(one, socket.SHUT_RDWR)


def shut(one, how):
    try:
        one.shutdown(how)
    except OSError:
        pass
