"""Section 6.5: SETTINGS."""

from harness import frames as f
from harness.expect import answer, connection_error, ignored, settings_acknowledged, that
from harness.steps import after_answer, after_ping

from ..row import Row
from ..vocabulary import get


def smaller_table(wire):
    """From here on a header block has to say that it uses no table."""
    wire.decoder.max_allowed_table_size = 0


ROWS = [
    Row("6.5", "SETTINGS with ACK and a payload", f.settings([(1, 1)], f.ACK), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.5", "SETTINGS on a stream", f.settings(stream=1), connection_error(f.PROTOCOL_ERROR)),
    Row("6.5", "SETTINGS of 5 bytes", f.frame(f.SETTINGS, 0, 0, b"12345"), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.5", "SETTINGS of 7 bytes", f.frame(f.SETTINGS, 0, 0, b"1234567"), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.5.2", "the server's own settings are in range", [after_ping()], that(
        lambda wire: wire.settings.get(f.ENABLE_PUSH, 0) == 0
        and wire.settings.get(f.INITIAL_WINDOW_SIZE, 0) < 1 << 31
        and 16384 <= wire.settings.get(f.MAX_FRAME_SIZE, 16384) < 1 << 24, "settings in range")),
    Row("6.5.2", "ENABLE_PUSH 2", f.settings([(f.ENABLE_PUSH, 2)]), connection_error(f.PROTOCOL_ERROR)),
    Row("6.5.2", "INITIAL_WINDOW_SIZE 2^31", f.settings([(f.INITIAL_WINDOW_SIZE, 1 << 31)]),
        connection_error(f.FLOW_CONTROL_ERROR)),
    Row("6.5.2", "MAX_FRAME_SIZE 2^14 - 1", f.settings([(f.MAX_FRAME_SIZE, 16383)]),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.5.2", "MAX_FRAME_SIZE 2^24", f.settings([(f.MAX_FRAME_SIZE, 1 << 24)]), connection_error(f.PROTOCOL_ERROR)),
    Row("6.5.2", "an unknown setting", f.settings([(0x1234, 0xFFFFFFFF)]), ignored),
    Row("6.5.2", "MAX_CONCURRENT_STREAMS 0 binds only who pushes", f.settings([(f.MAX_CONCURRENT_STREAMS, 0)]) + get(),
        answer()),
    Row("6.5.2", "frames are no longer than the client takes", get(path="/c/counted/200000"), that(
        lambda wire: wire.message(1).ended and all(len(one.payload) <= 16384 for one in wire.received),
        "all of it in frames of 2^14 bytes at most")),
    Row("6.5.2", "HEADER_TABLE_SIZE 0 is kept", [smaller_table, get(), after_answer(), get(3)], answer(stream=3),
        settings=((f.HEADER_TABLE_SIZE, 0),)),
    Row("6.5.2", "HEADER_TABLE_SIZE grows and shrinks",
        [get(), after_answer(), f.settings([(f.HEADER_TABLE_SIZE, 65536)]), f.settings([(f.HEADER_TABLE_SIZE, 0)]),
         after_ping(), smaller_table, get(3)], answer(stream=3)),
    Row("6.5.2", "MAX_HEADER_LIST_SIZE is advice", f.settings([(f.MAX_HEADER_LIST_SIZE, 1 << 20)]) + get(), answer()),
    Row("6.5.3", "SETTINGS is acknowledged", f.settings([(f.HEADER_TABLE_SIZE, 4096)]), settings_acknowledged(2)),
    Row("6.5.3", "each SETTINGS is acknowledged", f.settings() * 5, settings_acknowledged(6)),
    Row("6.5.3", "the last of several values counts",
        [f.settings([(f.INITIAL_WINDOW_SIZE, 0), (f.INITIAL_WINDOW_SIZE, 65535)]), get()], answer()),
    Row("8441/3", "ENABLE_CONNECT_PROTOCOL 2", f.settings([(f.ENABLE_CONNECT_PROTOCOL, 2)]),
        connection_error(f.PROTOCOL_ERROR)),
]
