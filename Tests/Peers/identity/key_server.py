"""A server of key sets over HTTPS, of Python's own making, which a test stops, starts and breaks."""

import contextlib
import http.server
import socket
import threading


class KeyServer:
    def __init__(self, context):
        self.context = context
        self.body = b""
        self.status = 200
        self.fields = {}
        self.requests = []
        self.open = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.server = None
        self.begin()

    def begin(self):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                owner.requests.append(self.path)
                self.send_response(owner.status)
                for name, value in owner.fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(owner.body)))
                self.end_headers()
                self.wfile.write(owner.body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, address):
                try:
                    with owner.context.wrap_socket(request, server_side=True) as secure:
                        secure.settimeout(20)
                        owner.open.append(secure)
                        super().finish_request(secure, address)
                except OSError:
                    pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
        # Kept-alive ones have threads of their own.
        for connection in self.open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.open = []
