"""Lists and watches, as "Kubernetes API Concepts" describes them."""

import asyncio
import base64
import contextlib
import json

from .message import FIELDS, Refusal, encoded
from .selectors import selector

KINDS = {
    "services": ("Service", "v1"), "endpoints": ("Endpoints", "v1"), "configmaps": ("ConfigMap", "v1"),
    "discovery.k8s.io/endpointslices": ("EndpointSlice", "discovery.k8s.io/v1")}


def page(server, query, resource, namespace):
    """Of a list, what is asked for of it."""
    store = server.store
    begin, revision = 0, store.revision
    if token := query.get("continue"):
        revision, begin = json.loads(base64.b64decode(token))
        if revision < store.compacted:
            raise Refusal(410, "The provided continue parameter is too old to display a consistent list result.")
    found = store.list(resource, namespace, selector(query))
    limit = min(int(query.get("limit", 0)) or len(found) or 1, server.faults.page or 1 << 30)
    metadata = {"resourceVersion": str(revision)}
    if begin + limit < len(found):
        metadata["continue"] = base64.b64encode(json.dumps([revision, begin + limit]).encode()).decode()
        metadata["remainingItemCount"] = len(found) - begin - limit
    kind, version = KINDS[resource]
    items = [
        {name: value for name, value in thing.items() if name not in ("kind", "apiVersion")}
        for thing in found[begin:begin + limit]]
    return {"kind": f"{kind}List", "apiVersion": version, "metadata": metadata, "items": items}


class Watch:
    def __init__(self, server, query, resource, namespace):
        self.server, self.resource, self.namespace = server, resource, namespace
        self.at = int(query.get("resourceVersion") or server.store.revision)
        """All up to this revision has been told."""
        self.selects = selector(query)
        self.takes_bookmarks = query.get("allowWatchBookmarks") == "true"
        self.ends = server.loop.time() + int(query.get("timeoutSeconds", 3600))
        self.bookmarks, self.expiries = server.bookmarks, server.expiries
        self.too_old = Refusal(410, f"too old resource version: {self.at} ({server.store.compacted})")
        self.is_too_old = self.at < server.store.compacted
        if self.is_too_old and not server.faults.tells_in_stream:
            raise self.too_old

    async def run(self, reply):
        server, store = self.server, self.server.store
        await reply.head(200, FIELDS)
        while True:
            if self.is_too_old or self.expiries != server.expiries:
                await self.event(reply, "ERROR", self.too_old.body())
                break
            found, self.at = store.changes(self.at, self.resource, self.namespace, self.selects), store.revision
            for kind, thing in found:
                await self.event(reply, kind, thing)
            if self.bookmarks != server.bookmarks:
                self.bookmarks = server.bookmarks
                if self.takes_bookmarks:
                    await self.event(reply, "BOOKMARK", self.bookmark())
            async with server.changed:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(self.ends):
                        await server.changed.wait_for(lambda: (self.at, self.bookmarks, self.expiries) != (
                            store.revision, server.bookmarks, server.expiries))
            if server.loop.time() >= self.ends:
                break
        await reply.end()

    def bookmark(self):
        kind, version = KINDS[self.resource]
        return {"kind": kind, "apiVersion": version,
                "metadata": {"resourceVersion": str(self.at), "creationTimestamp": None}}

    async def event(self, reply, kind, thing):
        line = encoded({"type": kind, "object": thing}) + b"\n"
        faults = self.server.faults
        if faults.cuts:
            faults.cuts -= 1
            await self.server.send_pieces(reply, line[:len(line) // 2])
            reply.cut()
            raise ConnectionResetError
        await self.server.send_pieces(reply, line)
