"""nghttpx, Debian's package nghttp2-proxy."""

import shutil
from pathlib import Path

from ..program import Program, eventually
from .ports import free_port, is_listening


class Nghttpx(Program):
    def __init__(self, mesh, directory):
        self.port = free_port()
        config = Path(directory) / "nghttpx.conf"
        config.write_text("\n".join(self.lines(mesh)) + "\n")
        super().__init__([shutil.which("nghttpx"), "--conf", config], directory, "nghttpx")
        eventually(lambda: is_listening(self.port) or not self.is_running, "nghttpx listens")
        assert self.is_running, self.log

    def lines(self, mesh):
        yield f"frontend=127.0.0.1,{self.port};no-tls"
        yield f"workers={mesh.workers}"
        yield "log-level=WARN"
        services = {service.name: service for service in mesh.services}
        for route in mesh.routes:
            service = services[route.service]
            for port in service.ports:
                yield f"backend=127.0.0.1,{port};{route.prefix.rstrip('/')}/;proto={'h2' if service.protocol == 'h2' else 'http/1.1'}"
        if not any(route.prefix == "/" for route in mesh.routes):
            yield f"backend=127.0.0.1,{mesh.services[0].ports[0]};/"
