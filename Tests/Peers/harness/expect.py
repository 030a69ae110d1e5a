"""What must come back. Each gives a function of the wire that returns None, or says what is wrong."""

from . import frames, wire as wires
from .program import GaveUp


def guarded(judge):
    def judged(wire):
        try:
            return judge(wire)
        except GaveUp as reason:
            return str(reason)
    return judged


def named(codes):
    return " or ".join(frames.code_name(code) for code in codes)


def connection_error(*codes, silent=True):
    """GOAWAY with one of the codes; then the connection ends. RFC 9113 section 5.4.1 only advises to send GOAWAY
    first, so with `silent` a plain end does as well."""
    @guarded
    def judge(wire):
        wire.until(lambda: wire.goaway is not None and wire.goaway.code != frames.NO_ERROR)
        if wire.goaway is not None and wire.goaway.code in codes:
            wire.until(lambda: wire.closed)
            return None
        if wire.goaway is not None and wire.goaway.code != frames.NO_ERROR:
            return f"GOAWAY {frames.code_name(wire.goaway.code)} instead of {named(codes)}"
        return None if silent and wire.closed else f"no GOAWAY {named(codes)}: {wire.summary()}"
    judge.says = f"GOAWAY {named(codes)}"
    return judge


def stream_error(*codes, stream=1):
    """RST_STREAM with one of the codes, or, since a stream's error may be taken for one of the connection (section
    5.4), GOAWAY with one of them."""
    @guarded
    def judge(wire):
        message = wire.message(stream)
        wire.until(lambda: message.reset is not None or is_failed(wire))
        return judge_error(wire, message, codes)
    judge.says = f"RST_STREAM {named(codes)}"
    return judge


def malformed(stream=1):
    """RST_STREAM PROTOCOL_ERROR; a server may answer with a status of its own before (section 8.1.1)."""
    @guarded
    def judge(wire):
        message = wire.message(stream)
        wire.until(lambda: message.reset is not None or is_failed(wire) or message.ended)
        if message.status is not None and 400 <= message.status < 500:
            return None
        return judge_error(wire, message, (frames.PROTOCOL_ERROR,))
    judge.says = "RST_STREAM PROTOCOL_ERROR or 4xx"
    return judge


def is_failed(wire):
    return wire.goaway is not None and wire.goaway.code != frames.NO_ERROR


def judge_error(wire, message, codes):
    if message.reset is not None:
        return None if message.reset in codes else (
            f"RST_STREAM {frames.code_name(message.reset)} instead of {named(codes)}")
    if is_failed(wire):
        return None if wire.goaway.code in codes else (
            f"GOAWAY {frames.code_name(wire.goaway.code)} instead of {named(codes)}")
    return None if wire.closed else f"no error {named(codes)}: {wire.summary()}"


def answer(*statuses, stream=1):
    """A whole answer; 200 where nothing is said."""
    statuses = statuses or (200,)

    @guarded
    def judge(wire):
        message = wire.message(stream)
        wire.until(lambda: message.is_over)
        return None if message.ended and message.status in statuses else f"no answer {statuses}: {wire.summary()}"
    judge.says = " or ".join(map(str, statuses))
    return judge


def ignored(wire):
    """The connection lives: a PING is answered, and so is a request on a stream that the row did not use."""
    def judge():
        marker = b"stillok?"
        wire.send(frames.ping(marker), frames.headers(2001, wires.request()))
        wire.until(lambda: any(
            one.type == frames.PING and one.flags & frames.ACK and one.payload == marker for one in wire.received))
        wire.until(lambda: wire.message(2001).is_over)
        return None if wire.message(2001).status == 200 else f"not ignored: {wire.summary()}"
    try:
        return judge()
    except GaveUp as reason:
        return str(reason)


ignored.says = "ignored"


def ping_answered(payload):
    @guarded
    def judge(wire):
        found = wire.until(lambda: any(
            one.type == frames.PING and one.flags & frames.ACK and one.payload == payload for one in wire.received))
        return None if found else f"no PING with ACK: {wire.summary()}"
    judge.says = "PING with ACK"
    return judge


def settings_acknowledged(count):
    @guarded
    def judge(wire):
        def acknowledged():
            return sum(one.type == frames.SETTINGS and one.flags & frames.ACK for one in wire.received) >= count
        return None if wire.until(acknowledged) else f"no SETTINGS with ACK: {wire.summary()}"
    judge.says = "SETTINGS with ACK"
    return judge


def closed(wire):
    try:
        wire.until(lambda: wire.closed)
        return None
    except GaveUp as reason:
        return str(reason)


closed.says = "the connection ends"


def all_of(*judges):
    def judge(wire):
        return next((said for said in (each(wire) for each in judges) if said), None)
    judge.says = ", ".join(each.says for each in judges)
    return judge


def that(condition, words):
    """`condition(wire)` comes true."""
    @guarded
    def judge(wire):
        return None if wire.until(lambda: condition(wire)) else f"not so: {words}: {wire.summary()}"
    judge.says = words
    return judge


DEFINED_FLAGS = {
    frames.DATA: frames.END_STREAM | frames.PADDED,
    frames.HEADERS: frames.END_STREAM | frames.END_HEADERS | frames.PADDED | frames.WITH_PRIORITY,
    frames.SETTINGS: frames.ACK, frames.PING: frames.ACK, frames.CONTINUATION: frames.END_HEADERS}


def nothing_undefined(*types):
    """Frames of all these types came, and none of any type sets a flag that its type does not have, or a reserved bit: in front
    of a stream's id, of a window's increment, of GOAWAY's last stream."""
    def is_plain(one):
        return not (one.reserved or one.flags & ~DEFINED_FLAGS.get(one.type, 0)
                    or one.type in (frames.WINDOW_UPDATE, frames.GOAWAY) and one.payload[0] & 0x80)

    @guarded
    def judge(wire):
        wire.until(lambda: set(types) <= {one.type for one in wire.received})
        missing = set(types) - {one.type for one in wire.received}
        if missing:
            return f"no {', '.join(frames.TYPES[each] for each in missing)}: {wire.summary()}"
        return next((f"undefined bits in {one}" for one in wire.received if not is_plain(one)), None)
    judge.says = "nothing that is not defined"
    return judge


def either(*judges):
    """For what the RFC leaves open. The first one decides how long is waited: it has to end by itself."""
    def judge(wire):
        said = [each(wire) for each in judges]
        return None if None in said else "; ".join(said)
    judge.says = " or ".join(each.says for each in judges)
    return judge
