"""Debian's etcd as three members that speak TLS and know users, on ports of their own."""

import json
import signal
import subprocess

from .etcd import free_ports
from .program import Program, eventually

NAMES = ("one", "two", "three")
USER, PASSWORD = "root", "secret"


class EtcdCluster:
    def __init__(self, directory, authority):
        self.directory = directory
        self.authority = authority
        self.certificate = authority.issue("etcd", san="IP:127.0.0.1")
        ports = free_ports(2 * len(NAMES))
        self.urls = {name: f"https://127.0.0.1:{port}" for name, port in zip(NAMES, ports)}
        self.peers = {name: f"http://127.0.0.1:{port}" for name, port in zip(NAMES, ports[len(NAMES):])}
        self.programs = {}
        self.user = []
        for name in NAMES:
            self.start(name)
        eventually(lambda: self.try_control("endpoint", "health")[0] == 0, "all members are well")
        self.control("user", "add", f"{USER}:{PASSWORD}")
        self.control("user", "grant-role", USER, "root")
        self.control("auth", "enable")
        self.user = ["--user", f"{USER}:{PASSWORD}"]

    def start(self, name):
        own, peer = self.urls[name], self.peers[name]
        self.programs[name] = Program(
            ["etcd", "--name", name, "--data-dir", self.directory / name, "--listen-client-urls", own,
             "--advertise-client-urls", own, "--cert-file", self.certificate.chain, "--key-file", self.certificate.key,
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", ",".join(f"{one}={self.peers[one]}" for one in NAMES),
             # The least: etcdctl shows the password with every call.
             "--bcrypt-cost", "4",
             # Those who want to know soon whether it is there may ask.
             "--grpc-keepalive-min-time", "200ms"],
            self.directory, f"etcd-{name}")

    def kill(self, name):
        self.programs[name].signal(signal.SIGKILL)
        self.programs[name].wait()

    def stop(self):
        # Who has lost the others would look for them for a while.
        for program in self.programs.values():
            program.process.kill()
            program.stop()

    def try_control(self, *words, of=NAMES):
        done = subprocess.run(
            ["etcdctl", "--endpoints", ",".join(self.urls[name] for name in of), "--cacert", self.authority.certificate,
             *self.user, *words],
            capture_output=True, text=True, env={"ETCDCTL_API": "3", "PATH": "/usr/bin:/bin"})
        return done.returncode, done.stdout + done.stderr

    def control(self, *words, of=NAMES):
        """etcdctl's output, once it succeeds: while a leader is chosen it does not."""
        last = []

        def succeed():
            last[:] = self.try_control(*words, of=of)
            return last[0] == 0
        eventually(succeed, f"etcdctl {words} says {last}")
        return last[1]

    def put(self, key, value):
        self.control("put", key, value, of=self.alive)

    def delete(self, key):
        self.control("del", key, of=self.alive)

    @property
    def alive(self):
        return [name for name in NAMES if self.programs[name].is_running]

    @property
    def leader(self):
        for name in self.alive:
            found = json.loads(self.control("endpoint", "status", "--write-out", "json", of=[name]))[0]["Status"]
            if found["leader"] == found["header"]["member_id"]:
                return name
        return None
