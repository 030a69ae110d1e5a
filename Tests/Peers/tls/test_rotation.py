"""Certificates that change under load, as Kubernetes changes a mounted secret."""

import os
import shutil
import socket
import threading

from harness.certificates import Certificate
from harness.program import eventually

ROUNDS = 30


class Mount:
    """Names are links into `..data`, which is a link to a directory that is swapped for another."""

    def __init__(self, folder, first):
        self.folder = folder
        self.version = 0
        folder.mkdir()
        self.swap(first)
        for name in ("tls.crt", "tls.key"):
            (folder / name).symlink_to(f"..data/{name}")
        self.certificate = Certificate(folder / "tls.crt", folder / "tls.key")

    def swap(self, made):
        self.version += 1
        fresh = self.folder / f"..{self.version}"
        fresh.mkdir()
        shutil.copy(made.chain, fresh / "tls.crt")
        shutil.copy(made.key, fresh / "tls.key")
        os.symlink(fresh.name, self.folder / "..tmp")
        os.rename(self.folder / "..tmp", self.folder / "..data")
        shutil.rmtree(self.folder / f"..{self.version - 1}", ignore_errors=True)


def test_under_load(start, world, http1_origin, tmp_path):
    made = [world.authority.issue(f"round{index}") for index in range(4)]
    mount = Mount(tmp_path / "secret", made[0])
    proxy = start(world.mesh(http1_origin.port, listener=world.listener(mount.certificate)))
    context = world.client_context()
    lost, served, done = [], [], threading.Event()

    def ask(secure):
        secure.sendall(b"GET /plain HTTP/1.1\r\nHost: a\r\n\r\n")
        received = b""
        while not received.endswith(b"hello\n"):
            chunk = secure.recv(65536)
            assert chunk, "the connection ended"
            received += chunk
        served.append(1)

    def connect():
        return context.wrap_socket(
            socket.create_connection(("127.0.0.1", proxy.port), 20), server_hostname="test.example")

    def load(keeps):
        try:
            if keeps:
                with connect() as secure:
                    while not done.is_set():
                        ask(secure)
            while not done.is_set():
                with connect() as secure:
                    ask(secure)
        except Exception as error:
            lost.append(repr(error))

    clients = [threading.Thread(target=load, args=(keeps,)) for keeps in (True, False)]
    for client in clients:
        client.start()
    for index in range(1, ROUNDS + 1):
        mount.swap(made[index % 4])
        eventually(
            lambda: proxy.metric("apus_tls_reloads_total", result="used") >= index, f"change {index} is taken")
    done.set()
    for client in clients:
        client.join()
    assert not lost
    assert len(served) > ROUNDS
    assert proxy.metric("apus_tls_reloads_total", result="refused") == 0
    assert f"CN=round{ROUNDS % 4}" in proxy.admin("/certificates")
