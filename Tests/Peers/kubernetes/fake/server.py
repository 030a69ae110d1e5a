"""An API server over HTTPS: list, watch, create, replace and delete of Services, Endpoints, EndpointSlices and
ConfigMaps.

Everything happens on a loop of its own, in a thread; `call` brings something there.
"""

import asyncio
import json
import ssl
import threading
import time

from ..asked import Asked
from .faults import Faults
from .http1 import HTTP1Connection
from .http2 import HTTP2Connection
from .message import FIELDS, Refusal, encoded
from .reading import KINDS, Watch, page
from .store import Store

VERBS = {"POST": "create", "PUT": "update", "DELETE": "delete"}


class APIServer:
    def __init__(self, certificate, protocols=("h2", "http/1.1")):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate.chain, certificate.key)
        self.context.set_alpn_protocols(list(protocols))
        self.store = Store()
        self.faults = Faults()
        self.asked = []
        """By those who are no administrators."""
        self.tokens = {"admin": "admin"}
        """Their users."""
        self.allowed = set(KINDS)
        """What those who are no administrators may list and watch."""
        self.bookmarks = self.expiries = 0
        """How often `send_bookmarks` and `expire_watches` were called."""
        self.port = 0
        self.writers = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.start()

    def call(self, work):
        """Calls it on the loop, where afterwards everybody looks what has changed."""
        async def inside():
            work()
            await self.tell()
        asyncio.run_coroutine_threadsafe(inside(), self.loop).result(20)

    # What happens to it

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
        self.call(self.faults.held.clear)

    async def tell(self):
        async with self.changed:
            self.changed.notify_all()

    # Requests

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
        user = self.tokens.get(request.token)
        note = Asked(request.target, None, user, reply.protocol, time.monotonic())
        try:
            try:
                await self.route(request, reply, user, note)
            except Refusal as refusal:
                self.note(note, refusal.status)
                await self.send(reply, refusal.status, refusal.body(), refusal.fields)
        except OSError:
            pass

    def note(self, asked, status):
        asked.status = status
        if asked.user != "admin":
            self.asked.append(asked)

    async def route(self, request, reply, user, note):
        if user is None:
            raise Refusal(401, "Unauthorized")
        words = request.path.strip("/").split("/")
        if words[0] == "api":
            _, version, _, namespace, resource, *name = words
        else:
            _, group, version, _, namespace, plain, *name = words
            resource = f"{group}/{plain}"
        verb = VERBS.get(request.method) or ("watch" if request.query.get("watch") in ("true", "1") else "list")
        if user != "admin":
            await self.obstruct(verb, resource, namespace, user)
        if resource not in KINDS or version != "v1":
            raise Refusal(404, "the server could not find the requested resource")
        if verb == "list":
            found = page(self, request.query, resource, namespace)
            self.note(note, 200)
            await self.send(reply, 200, found)
        elif verb == "watch":
            watch = Watch(self, request.query, resource, namespace)
            self.note(note, 200)
            await watch.run(reply)
        else:
            found = self.write(verb, resource, namespace, name, request.body)
            await self.tell()
            await self.send(reply, 201 if verb == "create" else 200, found)

    async def obstruct(self, verb, resource, namespace, user):
        async with self.changed:
            await self.changed.wait_for(lambda: (verb, resource) not in self.faults.held)
        if refusal := self.faults.refuses.get((verb, resource)):
            raise refusal
        group, _, plain = resource.rpartition("/")
        if resource not in self.allowed:
            raise Refusal(403, f'{plain}{"." + group if group else ""} is forbidden: User "{user}" cannot {verb} resource '
                               f'"{plain}" in API group "{group}" in the namespace "{namespace}"')
        if group and not self.faults.serves_slices:
            raise Refusal(404, "the server could not find the requested resource")

    def write(self, verb, resource, namespace, name, body):
        thing = json.loads(body) if body else None
        key = resource, namespace, name[0] if name else thing["metadata"]["name"]
        if verb == "create" and key in self.store.objects:
            raise Refusal(409, f'{resource} "{key[2]}" already exists')
        if verb != "create" and key not in self.store.objects:
            raise Refusal(404, f'{resource} "{key[2]}" not found')
        if verb == "update":
            self.check_version(key, thing)
        return self.store.delete(key) if verb == "delete" else self.store.put(key, thing)

    def check_version(self, key, thing):
        """Of an object that is to be replaced (registry/generic/registry/store.go, Update): a Service takes no replacement by
        somebody who tells none, until 1.23."""
        resource, _, name = key
        told = thing["metadata"].get("resourceVersion")
        if not told and resource == "services":
            raise Refusal(422, f'Service "{name}" is invalid: metadata.resourceVersion: Invalid value: "": must be specified '
                               "for an update")
        if told and told != self.store.objects[key]["metadata"]["resourceVersion"]:
            raise Refusal(409, f'Operation cannot be fulfilled on {resource} "{name}": the object has been modified; please '
                               "apply your changes to the latest version and try again", reason="Conflict")

    # Answers

    async def send(self, reply, status, thing, more=()):
        body = encoded(thing)
        await reply.head(status, [*FIELDS, *more], len(body))
        await self.send_pieces(reply, body)
        await reply.end()

    async def send_pieces(self, reply, body):
        size = self.faults.piece or len(body)
        for start in range(0, len(body), size):
            await reply.write(body[start:start + size])
