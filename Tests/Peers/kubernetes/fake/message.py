"""Requests, and the words in which an API server refuses them (meta/v1, Status)."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "AlreadyExists", 410: "Expired", 422: "Invalid",
           429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable"}
FIELDS = [("cache-control", "no-cache, private"), ("content-type", "application/json")]
"""Of every answer."""


@dataclass
class Request:
    method: str
    target: str
    fields: dict
    body: bytes

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def query(self):
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def token(self):
        kind, _, token = self.fields.get("authorization", "").partition(" ")
        return token if kind == "Bearer" else None


class Refusal(Exception):
    def __init__(self, status, message, fields=(), reason=None):
        super().__init__(message)
        self.status, self.message, self.fields = status, message, fields
        self.reason = reason or REASONS.get(status, "")

    def body(self):
        return {
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.message,
            "reason": self.reason, "code": self.status}


def encoded(thing):
    return json.dumps(thing, separators=(",", ":")).encode()
