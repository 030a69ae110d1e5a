"""Clients over HTTP/2, an origin over HTTP/1.1: what a gateway does most."""

from .http2 import scenario

SCENARIO = scenario("2to1", "HTTP/2 to HTTP/1.1, small bodies: 8 connections of 16 streams", downstream=2, upstream=1)
