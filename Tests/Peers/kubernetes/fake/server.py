"""An API server over HTTPS: list, watch, create, replace and delete of Services, Endpoints and EndpointSlices.

It does what the real one does as far as clients see it ("Kubernetes API Concepts"), and, when a test wants it, what the real
one does on bad days. Everything happens on a loop of its own, in a thread; `call` brings something there.
"""

import asyncio
import base64
import contextlib
import json
import ssl
import threading
import time

from ..asked import Asked
from .http1 import HTTP1Connection
from .http2 import HTTP2Connection
from .message import Refusal, encoded
from .selectors import selector
from .store import Store

KINDS = {
    "services": ("Service", "v1"), "endpoints": ("Endpoints", "v1"),
    "discovery.k8s.io/endpointslices": ("EndpointSlice", "discovery.k8s.io/v1")}


class APIServer:
    def __init__(self, certificate, protocols=("h2", "http/1.1")):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate.chain, certificate.key)
        self.context.set_alpn_protocols(list(protocols))
        self.store = Store()
        self.asked = []
        """Of those who are no administrators."""
        self.tokens = {"admin": "admin"}
        """Their users."""
        self.allowed = set(KINDS)
        """What those who are no administrators may list and watch."""
        self.serves_slices = True
        self.refuses = {}
        """By (verb, resource): a `Refusal` that is the answer, until it is taken away."""
        self.held = set()
        """(verb, resource) of which answers wait until it is taken away."""
        self.piece = None
        """Bytes that are sent at a time; None: as it comes."""
        self.page = None
        """Objects of a page at most; None: as it is asked for."""
        self.cuts = 0
        """How many events are still sent by half, and then the connection is cut."""
        self.tells_in_stream = True
        """How a watch hears that its version is forgotten: by an ERROR event, or by status 410."""
        self.bookmarks = self.expiries = 0
        self.port = 0
        self.writers = set()
        self.listener = None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.start()

    def call(self, work):
        """What the coroutine or function returns, on the loop."""
        async def inside():
            found = work()
            if asyncio.iscoroutine(found):
                found = await found
            await self.tell()
            return found
        return asyncio.run_coroutine_threadsafe(inside(), self.loop).result(20)

    # How it is

    def start(self):
        async def begin():
            self.changed = asyncio.Condition()
            self.listener = await asyncio.start_server(self.serve, "127.0.0.1", self.port, ssl=self.context)
            self.port = self.listener.sockets[0].getsockname()[1]
        asyncio.run_coroutine_threadsafe(begin(), self.loop).result(20)

    def kill(self):
        """Its process ends; what it has stored stays."""
        def end():
            self.listener.close()
            for writer in list(self.writers):
                writer.transport.abort()
        self.call(end)

    def stop(self):
        self.kill()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)

    def compact(self):
        """What has happened so far cannot be gone on from any more."""
        self.call(self.store.compact)

    def expire_watches(self):
        """Those that are open hear that they were too slow."""
        self.call(lambda: setattr(self, "expiries", self.expiries + 1))

    def send_bookmarks(self):
        self.call(lambda: setattr(self, "bookmarks", self.bookmarks + 1))

    def release(self):
        """Answers that wait go out."""
        self.call(self.held.clear)

    async def tell(self):
        async with self.changed:
            self.changed.notify_all()

    # Connections

    async def serve(self, reader, writer):
        self.writers.add(writer)
        protocol = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        kind = HTTP2Connection if protocol == "h2" else HTTP1Connection
        try:
            await kind(reader, writer, self.answer).run()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.writers.discard(writer)
            writer.transport.abort()

    async def answer(self, request, reply):
        try:
            user = self.tokens.get(request.token)
            note = None
            if user != "admin":
                note = Asked(request.target, 0, user, reply.protocol, time.monotonic())
            try:
                await self.route(request, reply, user, note)
            except Refusal as refusal:
                self.note(note, refusal.status)
                await self.send(reply, refusal.status, encoded(refusal.body()), refusal.fields)
        except OSError:
            pass

    def note(self, note, status):
        if note and not note.status:
            note.status = status
            self.asked.append(note)

    async def route(self, request, reply, user, note):
        if user is None:
            raise Refusal(401, "Unauthorized")
        words = request.path.strip("/").split("/")
        if words[0] == "api":
            resource, version, (namespace, name) = words[4:5], words[1], (words[3:4], words[5:6])
        else:
            resource, version, (namespace, name) = [f"{words[1]}/{words[5]}"], words[2], (words[4:5], words[6:7])
        resource, namespace, name = (each[0] if each else None for each in (resource, namespace, name))
        verb = {"GET": "watch" if request.query.get("watch") in ("true", "1") else "list", "POST": "create",
                "PUT": "update", "DELETE": "delete"}[request.method]
        if user != "admin":
            await self.obstruct(verb, resource)
            if resource not in self.allowed:
                group, _, plain = resource.rpartition("/")
                raise Refusal(403, f'{resource} is forbidden: User "{user}" cannot {verb} resource "{plain}" in API group '
                                   f'"{group}" in the namespace "{namespace}"')
        if resource not in KINDS or version != "v1" or resource.count("/") and not self.serves_slices and user != "admin":
            raise Refusal(404, "the server could not find the requested resource")
        match verb:
            case "list":
                await self.list(request, reply, resource, namespace, note)
            case "watch":
                await self.watch(request, reply, resource, namespace, note)
            case _:
                thing = self.write(verb, resource, namespace, name, request.body)
                await self.tell()
                await self.send(reply, 201 if verb == "create" else 200, encoded(thing))

    async def obstruct(self, verb, resource):
        async with self.changed:
            await self.changed.wait_for(lambda: (verb, resource) not in self.held)
        if refusal := self.refuses.get((verb, resource)):
            raise refusal

    def write(self, verb, resource, namespace, name, body):
        thing = json.loads(body) if body else None
        key = resource, namespace, name or thing["metadata"]["name"]
        if verb == "create" and key in self.store.objects:
            raise Refusal(409, f'{resource} "{key[2]}" already exists')
        if verb != "create" and key not in self.store.objects:
            raise Refusal(404, f'{resource} "{key[2]}" not found')
        return self.store.delete(key) if verb == "delete" else self.store.put(key, thing)

    # Lists and watches

    async def list(self, request, reply, resource, namespace, note):
        query = request.query
        begin, revision = 0, self.store.revision
        if token := query.get("continue"):
            revision, begin = json.loads(base64.b64decode(token))
            if revision < self.store.compacted:
                raise Refusal(410, "The provided continue parameter is too old to display a consistent list result.")
        found = self.store.list(resource, namespace, selector(query))
        limit = min(int(query.get("limit", 0)) or len(found) or 1, self.page or 1 << 30)
        metadata = {"resourceVersion": str(revision)}
        if begin + limit < len(found):
            metadata["continue"] = base64.b64encode(json.dumps([revision, begin + limit]).encode()).decode()
            metadata["remainingItemCount"] = len(found) - begin - limit
        kind, version = KINDS[resource]
        items = [
            {name: value for name, value in thing.items() if name not in ("kind", "apiVersion")}
            for thing in found[begin:begin + limit]]
        self.note(note, 200)
        await self.send(reply, 200, encoded(
            {"kind": f"{kind}List", "apiVersion": version, "metadata": metadata, "items": items}))

    async def watch(self, request, reply, resource, namespace, note):
        query = request.query
        begin = at = int(query.get("resourceVersion") or self.store.revision)
        selects = selector(query)
        ends = self.loop.time() + int(query.get("timeoutSeconds", 3600))
        too_old = Refusal(410, f"too old resource version: {at} ({self.store.compacted})")
        if at < self.store.compacted and not self.tells_in_stream:
            raise too_old
        self.note(note, 200)
        await reply.head(200, fields())
        bookmarks, expiries = self.bookmarks, self.expiries
        while True:
            if at < self.store.compacted and at == begin or expiries != self.expiries:
                await self.event(reply, "ERROR", too_old.body())
                break
            found, at = self.store.changes(at, resource, namespace, selects), self.store.revision
            for kind, thing in found:
                await self.event(reply, kind, thing)
            if bookmarks != self.bookmarks and query.get("allowWatchBookmarks") == "true":
                kind, version = KINDS[resource]
                await self.event(reply, "BOOKMARK", {
                    "kind": kind, "apiVersion": version,
                    "metadata": {"resourceVersion": str(at), "creationTimestamp": None}})
            bookmarks = self.bookmarks
            async with self.changed:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(ends):
                        await self.changed.wait_for(lambda: (at, bookmarks, expiries) != (
                            self.store.revision, self.bookmarks, self.expiries))
            if self.loop.time() >= ends:
                break
        await reply.end()

    async def event(self, reply, kind, thing):
        line = encoded({"type": kind, "object": thing}) + b"\n"
        if self.cuts:
            self.cuts -= 1
            await self.pieces(reply, line[:len(line) // 2])
            reply.cut()
            raise ConnectionResetError
        await self.pieces(reply, line)

    # Answers

    async def send(self, reply, status, body, more=()):
        await reply.head(status, fields(more), len(body))
        await self.pieces(reply, body)
        await reply.end()

    async def pieces(self, reply, body):
        size = self.piece or len(body)
        for start in range(0, len(body), size):
            await reply.write(body[start:start + size])


def fields(more=()):
    return [("cache-control", "no-cache, private"), ("content-type", "application/json"), *more]
