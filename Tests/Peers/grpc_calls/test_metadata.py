"""Metadata: text and binary, in the head and in the trailers."""

import json

METADATA = [
    ("x-own-text", "value"), ("x-own-spaces", "a b  c"), ("x-own-list", "1"), ("x-own-list", "2"), ("x-own-empty", ""),
    ("x-own-all-bin", bytes(range(256))), ("x-own-empty-bin", b""), ("x-own-short-bin", b"\xff"), ("x-own-long", "v" * 5000)]


def test_both_ways(calls):
    answer, call = calls.unary("Metadata").with_call(b"", metadata=METADATA)
    wanted = sorted((key, repr(value)) for key, value in METADATA)
    assert sorted(map(tuple, json.loads(answer))) == wanted
    assert own(call.initial_metadata(), "x-own-") == wanted
    assert own(call.trailing_metadata(), "x-after-") == [(f"x-after-{key}", value) for key, value in wanted]


def own(metadata, prefix):
    return sorted((key, repr(value)) for key, value in metadata if key.startswith(prefix))
