"""Private keys and the keys of session tickets are in no core of the process, but where cores are asked for by name."""

import re
import shutil
import subprocess

import pytest

from harness import tools

from .test_clients import REQUEST, s_client


def numbers(key):
    """A private key's secret numbers, as `openssl pkey -text` prints them."""
    text = tools.run("openssl", "pkey", "-in", key, "-noout", "-text").decode()
    found = {}
    for name, digits in re.findall(r"^(priv|privateExponent|prime1|prime2):\n((?:    [0-9a-f:]+\n)+)", text, re.MULTILINE):
        found[name] = bytes.fromhex(re.sub(r"[\s:]", "", digits)).lstrip(b"\0")
    assert len(found) in (1, 3), text
    return found


def secrets_of(name, key):
    """Pieces of a key by what they are: of each number in both orders of bytes, and of the file."""
    pieces = {f"{name}: line {index}": line for index, line in enumerate(key.read_bytes().split(b"\n")[1:-2], 1)}
    for number, value in numbers(key).items():
        pieces[f"{name}: {number}"] = value[:24]
        pieces[f"{name}: {number}, reversed"] = value[::-1][:24]
    return pieces


def ticket_key_name(proxy, world, folder):
    """The name of the key that a ticket is sealed with stands before the key in our memory, and before the ticket."""
    session = folder / "session"
    s_client(proxy, world, "-tls1_2", "-ign_eof", "-sess_out", session, input=REQUEST)
    text = tools.run("openssl", "sess_id", "-in", session, "-noout", "-text").decode()
    first = re.search(r"TLS session ticket:\n\s+0000 - ([0-9a-f -]+?)\s{2}", text)
    return bytes.fromhex(re.sub(r"[\s-]", "", first[1]))


def core(proxy, folder):
    """What gcore can make of the process; nothing where it may not look."""
    program = shutil.which("gcore")
    assert program, "gcore is not installed (scripts/install-tools.sh peers)"
    subprocess.run(
        [program, "-o", folder / "core", str(proxy.pid)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=120)
    file = folder / f"core.{proxy.pid}"
    return file.read_bytes() if file.exists() else b""


@pytest.mark.parametrize("allowed", [False, True], ids=["as it is", "core dumps allowed"])
def test_what_is_in_a_core(start, world, http1_origin, tmp_path, allowed):
    shown = {kind: world.authority.issue("server", kind=kind) for kind in ("ec", "2048")}
    proxy = start(world.mesh(
        http1_origin.port, listener=world.listener(*shown.values()), **({"coreDumps": True} if allowed else {})))
    # Both keys are used.
    for kind in ("ECDSA", "RSA"):
        said = s_client(proxy, world, "-tls1_2", "-cipher", f"ECDHE-{kind}-AES128-GCM-SHA256", "-ign_eof", input=REQUEST)
        assert "HTTP/1.1 200" in said
    wanted = {"ticket key": ticket_key_name(proxy, world, tmp_path)}
    for kind, certificate in shown.items():
        wanted.update(secrets_of(kind, certificate.key))
    dump = core(proxy, tmp_path)
    found = {what for what, piece in wanted.items() if piece in dump}
    if not allowed:
        assert not found
        return
    if not dump:
        pytest.skip("nobody may look at another process here")
    # Who looks for them finds them where they are; the files were wiped when they had been read.
    assert {"ticket key", "ec: priv, reversed", "2048: prime1, reversed"} <= found
    assert not any("line" in what for what in found), found
    assert proxy.is_running


def test_the_kernel_is_told(start, world, http1_origin):
    """Whose memory may not be dumped has files in /proc that belong to root, and a filter that leaves memory out."""
    secure = start(world.mesh(http1_origin.port, listener=world.listener()))
    plain = start(world.mesh(http1_origin.port))
    filters = [open(f"/proc/{proxy.pid}/coredump_filter").read().strip() for proxy in (secure, plain)]
    own = open("/proc/self/coredump_filter").read().strip()
    assert filters == ["00000010", own]
