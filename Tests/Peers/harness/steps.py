"""What a row of a table sends besides bytes: it waits for something first."""

from . import frames


def after_answer(stream=1):
    """Goes on when the stream's answer is complete."""
    return lambda wire: wire.until(lambda: wire.message(stream).is_over)


def after_head(stream=1):
    return lambda wire: wire.until(lambda: wire.message(stream).status is not None)


def after_ping(payload=b"are-you?"):
    """Goes on when the other side has read all that was sent before."""
    def step(wire):
        wire.send(frames.ping(payload))
        wire.until(lambda: any(
            one.type == frames.PING and one.flags & frames.ACK and one.payload == payload for one in wire.received))
    return step


def until(condition):
    return lambda wire: wire.until(lambda: condition(wire))


def without_window(wire):
    """From here on nothing is returned of the windows."""
    wire.returns_window = False


def end_of_input(wire):
    import socket
    wire.socket.shutdown(socket.SHUT_WR)


def play(wire, steps):
    """Sends what is bytes and runs what is a step."""
    for step in [steps] if isinstance(steps, bytes) else steps:
        if isinstance(step, bytes):
            wire.send(step)
        else:
            step(wire)
