"""Requests and answers between both versions of HTTP, in all four combinations."""
