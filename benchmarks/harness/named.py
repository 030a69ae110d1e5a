"""Two origins that say who they are, for whoever wants to see a change arrive. A thread serves both."""

import contextlib
import selectors
import socket
import threading


@contextlib.contextmanager
def two_origins():
    """Gives their ports; each answers every request with its own port."""
    selector = selectors.DefaultSelector()
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(2)]
    ends = threading.Event()
    for listener in listeners:
        selector.register(listener, selectors.EVENT_READ, None)

    def serve():
        while not ends.is_set():
            for key, _ in selector.select(0.05):
                if key.data is None:
                    connection, _ = key.fileobj.accept()
                    body = str(key.fileobj.getsockname()[1])
                    answer = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
                    selector.register(connection, selectors.EVENT_READ, answer)
                elif key.fileobj.recv(65536):
                    key.fileobj.sendall(key.data)
                else:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield [listener.getsockname()[1] for listener in listeners]
    finally:
        ends.set()
        thread.join()
        for key in list(selector.get_map().values()):
            key.fileobj.close()
