"""Clients over HTTP/1.1, an origin over HTTP/2: their requests share a few connections."""

from .http2 import scenario

SCENARIO = scenario("1to2", "HTTP/1.1 to HTTP/2, small bodies: 128 connections", downstream=1, upstream=2)
