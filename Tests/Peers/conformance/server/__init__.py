"""RFC 9113 as a server has to keep it: one file for each of the RFC's chapters, a row for each demand."""

from . import connect, errors, fields, flow, framing, hpack, messages, preface, settings, streams, types

ROWS = [
    *preface.ROWS, *framing.ROWS, *streams.ROWS, *errors.ROWS, *types.ROWS, *settings.ROWS, *flow.ROWS, *messages.ROWS,
    *fields.ROWS, *connect.ROWS, *hpack.ROWS]
