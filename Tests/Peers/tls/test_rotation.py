"""Everything that TLS reads from files changes a thousand times under load: certificates and their keys, whom one
trusts, and who is revoked, for listeners and for a service. Nothing is lost."""

import os
import socket
import ssl
import threading

from harness import mesh
from harness.certificates import Authority
from harness.program import eventually

from .mount import Mount
from .secure_origin import SecureOrigin

ROTATIONS = int(os.environ.get("ROTATIONS", "1000"))
"""Of one owner's files each."""
LISTENERS = 7
OWNERS = LISTENERS + 1
"""The listeners and a service."""
VERSIONS = 4


class World:
    """Two authorities that stand in for each other. Whoever is trusted at all is trusted in every version."""

    def __init__(self, folder):
        self.authorities = [Authority(folder / name, name) for name in ("first", "second")]
        self.client = self.authorities[0].issue("client", "URI:spiffe://example.org/ns/shop/sa/client")
        self.bundle = folder / "both.crt"
        self.bundle.write_bytes(self.trusted(0))
        self.versions = [self.version(index) for index in range(VERSIONS)]

    def trusted(self, index):
        """Both, in one order or the other."""
        pems = [authority.certificate.read_bytes() for authority in self.authorities]
        return b"".join(pems if index % 2 == 0 else reversed(pems))

    def version(self, index):
        authority = self.authorities[index % 2]
        shown = authority.issue(f"round{index}")
        # Each list names one more than the one before.
        authority.revoke(authority.issue(f"gone{index}"))
        return {
            "tls.crt": shown.pem, "tls.key": shown.key.read_bytes(), "ca.crt": self.trusted(index),
            "ca.crl": b"".join(one.revocations().read_bytes() for one in self.authorities)}

    def context(self, server):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.bundle)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(self.client.chain, self.client.key)
        return context

    def origin_context(self):
        context = self.context(server=True)
        shown = self.authorities[1].issue("origin")
        context.load_cert_chain(shown.chain, shown.key)
        return context


def listener(name, mount):
    return {
        "name": name, "address": "127.0.0.1:0",
        "tls": {
            "certificates": [{"certificate": mount["tls.crt"], "key": mount["tls.key"]}],
            "clientCertificates": {"mode": "require", "trust": [mount["ca.crt"]], "crls": [mount["ca.crl"]]}}}


def service(mount):
    return {"tls": {
        "serverName": "test.example", "trust": [mount["ca.crt"]], "crls": [mount["ca.crl"]],
        "certificate": mount["tls.crt"], "key": mount["tls.key"]}}


class Client:
    """Asks without a pause: over one connection, or over a new one each time."""

    def __init__(self, context, port, keeps):
        self.context, self.port, self.keeps = context, port, keeps
        self.served, self.failure = 0, None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        return self.context.wrap_socket(plain, server_hostname="test.example")

    def run(self):
        try:
            while not self.ended.is_set():
                with self.connect() as secure:
                    self.ask(secure)
                    while self.keeps and not self.ended.is_set():
                        self.ask(secure)
        except Exception as error:
            self.failure = error

    def ask(self, secure):
        # Every other request makes the service's side connect anew.
        path = b"/close" if self.served % 2 else b"/"
        secure.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        received = b""
        while not received.endswith(b"TLSv1.3 None"):
            chunk = secure.recv(65536)
            assert chunk, f"the connection ended behind {received!r}"
            received += chunk
        assert received.startswith(b"HTTP/1.1 200 "), received
        self.served += 1

    def certificate(self):
        """What is shown to a new connection."""
        with self.connect() as secure:
            return secure.getpeercert(True)


def test_under_load(start, tmp_path):
    world = World(tmp_path)
    mounts = [Mount(tmp_path / f"secret{index}", world.versions[0]) for index in range(OWNERS)]
    origin = SecureOrigin(world.origin_context())
    names = ["test", *(f"test{index}" for index in range(1, LISTENERS))]
    proxy = start(mesh.Mesh(
        (mesh.Service("origin", (origin.port,), "http1", service(mounts[-1])),), (mesh.Route("/", "origin"),),
        {"listeners": [listener(name, mount) for name, mount in zip(names, mounts)]}))
    ports = [int(proxy.await_log(rf"listening name={name} address=127\.0\.0\.1:(\d+)")[1]) for name in names]
    context = world.context(server=False)
    clients = [Client(context, port, keeps) for port in ports for keeps in (True, False)]
    for client in clients:
        client.thread.start()
    rounds = -(-ROTATIONS // OWNERS)
    try:
        for index in range(1, rounds + 1):
            files = world.versions[index % VERSIONS]
            for mount in mounts:
                mount.swap(files)
            eventually(
                lambda: proxy.metric("apus_tls_reloads_total", result="used") >= index * OWNERS,
                f"change {index} is taken")
            # What is taken is used.
            looked = clients[2 * (index % LISTENERS)]
            assert looked.certificate() == ssl.PEM_cert_to_DER_cert(files["tls.crt"].decode())
    finally:
        for client in clients:
            client.ended.set()
        for client in clients:
            client.thread.join()
        origin.close()
    assert [client.failure for client in clients if client.failure] == []
    assert all(client.served > 0 for client in clients)
    assert proxy.metric("apus_tls_reloads_total", result="used") == rounds * OWNERS >= ROTATIONS
    assert proxy.metric("apus_tls_reloads_total", result="refused") == 0
    assert proxy.metric("apus_tls_failures_total") == 0
    print(f"{rounds * OWNERS} rotations, {sum(client.served for client in clients)} requests, "
          f"{sum(1 if client.keeps else client.served for client in clients)} connections, "
          f"{len(origin.resumed)} to the service")
