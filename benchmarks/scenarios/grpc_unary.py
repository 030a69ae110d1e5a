"""Unary calls: a message each way, and trailers."""

from harness.scenario import Column, Scenario

from .grpc_calls import run

SCENARIO = Scenario(
    "grpc-unary", "gRPC, unary calls of 62 bytes each way: 8 connections of 16 calls",
    (
        Column("cpu_us", "CPU µs/call", 1, compared=True),
        Column("per_second", "calls/s", -2),
        Column("mean_ms", "mean ms", 2),
    ),
    lambda peers, settings: run("grpc-unary", peers, settings, "/bench.Calls/Unary", 16, 1))
