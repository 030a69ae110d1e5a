"""HTTP/1.1 over the h11 package."""

import socket
import threading

import h11

from ..program import PATIENCE
from .answer import Answer


def exchange(port, method, path, fields, body, trailers):
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        state = h11.Connection(h11.CLIENT)
        announced = [("host", "test"), *fields]
        if isinstance(body, bytes) and not trailers:
            announced.append(("content-length", str(len(body))))
        elif body is not None or trailers:
            announced.append(("transfer-encoding", "chunked"))
        connection.sendall(state.send(h11.Request(method=method, target=path, headers=announced)))
        sender = threading.Thread(target=send_body, args=(connection, state, body, trailers), daemon=True)
        sender.start()
        answer = receive(connection, method, state)
        sender.join(PATIENCE)
        return answer


def send_body(connection, state, body, trailers):
    try:
        for piece in [body] if isinstance(body, bytes) else body or ():
            connection.sendall(state.send(h11.Data(data=piece)))
        connection.sendall(state.send(h11.EndOfMessage(headers=list(trailers))))
    except (OSError, h11.LocalProtocolError):
        pass  # an answer may come before the request is complete


def receive(connection, method, sent):
    """Reads with a state of its own, so that the sender's thread has the other for itself."""
    state = h11.Connection(h11.CLIENT)
    state.send(h11.Request(method=method, target="/", headers=[("host", "test")]))
    state.send(h11.EndOfMessage())
    answer = Answer()
    while not answer.is_over:
        try:
            event = state.next_event()
            if event is h11.NEED_DATA:
                state.receive_data(connection.recv(65536))
                continue
        except (h11.RemoteProtocolError, ConnectionError):
            answer.reset = -1
            break
        match event:
            case h11.InformationalResponse():
                answer.informational.append((event.status_code, text(event.headers)))
            case h11.Response():
                answer.status, answer.fields = event.status_code, text(event.headers)
            case h11.Data():
                answer.body += event.data
            case h11.EndOfMessage():
                answer.trailers = text(event.headers)
                answer.ended = True
            case h11.ConnectionClosed():
                answer.reset = -1
    return answer


def text(headers):
    return [(name.decode(), value.decode("latin-1")) for name, value in headers]
