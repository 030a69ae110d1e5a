"""Workloads that replace their pods by new ones, as their controllers do it. Each `roll` goes from step to step: it yields what
has just happened and to which pod, and goes on when it is asked to."""


class Deployment:
    """A rolling update with a surge of one, and none unavailable: a new pod is ready before an old one ends."""

    def __init__(self, plane, name, replicas=3, **service):
        self.plane, self.name = plane, name
        self.service = plane.service(name, **service)
        self.started = 0
        for _ in range(replicas):
            plane.ready(self.start("1"))

    @property
    def pods(self):
        return self.service.pods

    def start(self, version):
        self.started += 1
        return self.plane.pod(self.service, f"{self.name}-{version}-{self.started}", version)

    def grow(self):
        """One more pod, which is ready."""
        pod = self.start("1")
        self.plane.ready(pod)
        return pod

    def roll(self, version):
        for old in list(self.pods):
            new = self.start(version)
            yield "started", new
            self.plane.ready(new)
            yield "ready", new
            self.plane.terminate(old)
            yield "terminating", old
            old.drain()
            yield "drained", old
            self.plane.remove(old)
            yield "gone", old

    def replace(self, lost):
        """A pod in place of one whose node is lost."""
        self.plane.remove(lost)
        new = self.start(lost.version)
        self.plane.ready(new)
        return new


class StatefulSet:
    """Pods with names that last. An update begins with the last one, and each ends before its successor starts."""

    def __init__(self, plane, name, replicas=3, **service):
        self.plane, self.name = plane, name
        self.service = plane.service(name, headless=True, **service)
        for number in range(replicas):
            plane.ready(self.start(number, "1"))

    @property
    def pods(self):
        return self.service.pods

    def start(self, number, version):
        name = f"{self.name}-{number}"
        return self.plane.pod(self.service, name, version, hostname=name)

    def roll(self, version):
        for number in reversed(range(len(self.pods))):
            old = next(pod for pod in self.pods if pod.hostname == f"{self.name}-{number}")
            yield "chosen", old
            self.plane.terminate(old)
            yield "terminating", old
            old.drain()
            yield "drained", old
            self.plane.remove(old)
            yield "gone", old
            new = self.start(number, version)
            yield "started", new
            self.plane.ready(new)
            yield "ready", new
