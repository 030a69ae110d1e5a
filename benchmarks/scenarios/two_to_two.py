"""HTTP/2 on both sides."""

from .http2 import scenario

SCENARIO = scenario("2to2", "HTTP/2 to HTTP/2, small bodies: 8 connections of 16 streams", downstream=2, upstream=2)
