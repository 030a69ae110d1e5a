"""An origin over Python's ssl that answers every request with a few words about its connection."""

import contextlib
import socket
import ssl
import threading


class SecureOrigin:
    def __init__(self, context):
        self.context = context
        self.resumed = []
        """For each connection whether an earlier session went on."""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            with self.context.wrap_socket(connection, server_side=True) as secure:
                self.resumed.append(secure.session_reused)
                rest = b""
                while True:
                    while b"\r\n\r\n" not in rest:
                        received = secure.recv(65536)
                        if not received:
                            return
                        rest += received
                    head, _, rest = rest.partition(b"\r\n\r\n")
                    body = f"{secure.version()} {secure.selected_alpn_protocol()}".encode()
                    ends = b"/close" in head
                    secure.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s"
                        % (len(body), b"Connection: close\r\n" if ends else b"", body))
                    if ends:
                        return

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
