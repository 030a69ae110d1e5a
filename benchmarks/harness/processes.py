"""Starts programs on a pinned core, and ends every one of them by its id."""

import contextlib
import os
import resource
import signal
import subprocess


def allow_descriptors(count):
    """Raises the limit of open files for this process and its children as far as it may be raised. Where that is fewer
    than `count` and the process may (CAP_SYS_RESOURCE, as root has), to `count`."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < count:
        with contextlib.suppress(ValueError):  # not permitted, or more than fs.nr_open
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
            return
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def pinned(core):
    """What is started inside runs on `core`: a child inherits the affinity, and no wrapper's start is measured."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def running(command, core, log, environment=None):
    """Runs `command` in a session of its own until the block ends, however it ends. Gives its process id."""
    with open(log, "ab") as output, pinned(core):
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={**os.environ, **(environment or {})})
    try:
        yield process.pid
    finally:
        end(process)


def end(process):
    """TERM; after five seconds KILL. Then whatever is left of the session that the process led."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
