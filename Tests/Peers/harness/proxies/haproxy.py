"""HAProxy, Debian's package. It takes HTTP/2 with prior knowledge on a listener for HTTP/1.1."""

import shutil
from pathlib import Path

from ..program import Program, eventually
from .ports import free_port, is_listening


class HAProxy(Program):
    def __init__(self, mesh, directory):
        self.port = free_port()
        config = Path(directory) / "haproxy.cfg"
        config.write_text("\n".join(self.lines(mesh)) + "\n")
        super().__init__([shutil.which("haproxy", path="/usr/sbin:/usr/bin"), "-db", "-f", config], directory, "haproxy")
        eventually(lambda: is_listening(self.port) or not self.is_running, "haproxy listens")
        assert self.is_running, self.log

    def lines(self, mesh):
        yield f"global\n  nbthread {mesh.workers}\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 1m"
        yield f"  timeout server 1m\n  retry-on conn-failure empty-response\nfrontend test\n  bind 127.0.0.1:{self.port}"
        for route in mesh.routes:
            yield f"  use_backend {route.service} if {{ path_beg {route.prefix} }}"
        for service in mesh.services:
            yield f"backend {service.name}"
            for index, port in enumerate(service.ports):
                yield f"  server s{index} 127.0.0.1:{port}{' proto h2' if service.protocol == 'h2' else ''}"
