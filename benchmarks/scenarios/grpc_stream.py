"""Server streams of 10,000 messages, each in a DATA frame of its own as it leaves the origin."""

from harness.scenario import Column, Scenario

from .grpc_calls import run

MESSAGES = 10_000

SCENARIO = Scenario(
    "grpc-stream", "gRPC, server streams of 10,000 messages of 62 bytes: 8 connections of 2 calls",
    (
        Column("cpu_us", "CPU µs/message", 2, compared=True),
        Column("per_second", "messages/s", -2),
    ),
    lambda peers, settings: run("grpc-stream", peers, settings, "/bench.Calls/Stream", 2, MESSAGES))
