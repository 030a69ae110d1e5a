"""Processes with one configuration, each of which takes over from the one before."""

import json
import os
import re
import signal
import urllib.request

from harness.program import Program
from harness.proxies.apus import binary


class Family:
    def __init__(self, directory, document):
        self.directory, self.members = directory, []
        self.config = directory / "apus.yaml"
        self.door = directory / "takeover.sock"
        self.write(document)

    def write(self, document):
        """JSON is YAML. Written beside and moved, so that nobody reads half of it."""
        fresh = self.directory / "fresh.yaml"
        fresh.write_text(json.dumps(document, indent=1))
        fresh.rename(self.config)

    def begin(self, *arguments, config=None):
        """A process that may not have come up yet."""
        name = f"apus{len(self.members)}"
        member = Member(
            [binary(), "run", "--config", config or self.config, "--takeover", "--takeover-at", self.door, *arguments],
            self.directory, name)
        self.members.append(member)
        return member

    def start(self):
        member = self.begin()
        member.await_log(" ready ")
        return member

    def succeed(self):
        """Another one; the one before has ended well when this returns."""
        before = self.members[-1]
        fresh = self.start()
        fresh.await_log("taken over pid=")
        assert before.wait(60) == 0, before.log
        return fresh

    def stop(self):
        for member in self.members:
            if member.is_running:
                os.kill(member.pid, signal.SIGCONT)
            member.stop()


class Member(Program):
    def port(self, name="test"):
        return int(self.await_log(rf"listening name={name} address=127\.0\.0\.1:(\d+)")[1])

    @property
    def admin_port(self):
        return int(self.await_log(r"admin server listening address=127\.0\.0\.1:(\d+)")[1])

    def admin(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def descriptors(self):
        """Listening sockets of this process, by their inodes."""
        found = set()
        for entry in os.scandir(f"/proc/{self.pid}/fd"):
            try:
                target = os.readlink(entry.path)
            except FileNotFoundError:
                continue
            if inode := re.fullmatch(r"socket:\[(\d+)\]", target):
                found.add(inode[1])
        return found


def document(port, workers=2, **further):
    """Everything goes to one origin."""
    return {
        "workers": workers, "admin": {"address": "127.0.0.1:0"}, "drain": "10s",
        "listeners": [{"name": "test", "address": "127.0.0.1:0"}],
        "routes": [{"name": "all", "rules": [{"backendRefs": [{"name": "origin"}]}]}],
        "services": [{"name": "origin", "endpoints": [f"127.0.0.1:{port}"]}],
        "accessLog": {"path": "off"}, **further}
