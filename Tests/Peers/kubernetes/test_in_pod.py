"""Apus in a pod: nothing but what the kubelet gives it says where the cluster is and who Apus is."""

import os
import subprocess

import pytest

from harness.proxies.apus import binary
from tls.mount import Mount

from .tokens import rotate

PLACE = "/var/run/secrets/kubernetes.io/serviceaccount"
IN_POD = f'mount -t tmpfs none /var/run && mkdir -p {PLACE} && mount --bind "$0" {PLACE} && exec "$@"'
"""The place is fixed, so the process gets a tree of files of its own. `$0`: the volume."""


@pytest.fixture
def account(cluster, tmp_path):
    """The volume, as the kubelet has it: its files change all at once."""
    return Mount(tmp_path / "serviceaccount", files(cluster))


def files(cluster):
    return {
        "token": cluster.token_file.read_bytes(), "ca.crt": cluster.authority.read_bytes(), "namespace": b"shop"}


@pytest.fixture
def pod(cluster, account):
    """What a command begins with that runs there."""
    root = ["--map-root-user"] * (os.geteuid() != 0)
    found = ("unshare", "--mount", *root, "sh", "-c", IN_POD, account.folder)
    if subprocess.run([*found, "true"], capture_output=True).returncode:
        pytest.skip("takes a mount namespace, which is not allowed here")
    return ("env", "KUBERNETES_SERVICE_HOST=127.0.0.1", f"KUBERNETES_SERVICE_PORT={cluster.relay.port}", *found)


def test_its_service_account_is_used_as_it_rotates(cluster, orders, start, load, account, pod):
    """The former token is refused each time, on every connection that is made from then on."""
    proxy = start({"all": {"kubernetes": {"service": "orders"}}}, kubernetes={"timeout": "3s"}, prefix=pod)
    proxy.await_used("all", orders.pods)
    requests = load(proxy)
    cluster.await_watches()
    for _ in range(5):
        rotate(cluster, orders, proxy, requests, lambda: account.swap(files(cluster)))
    requests.end()
    assert requests.lost == []


def test_a_volume_that_is_not_there_is_told(cluster, account, pod):
    """As with `automountServiceAccountToken: false`."""
    (account.folder / "..data" / "token").unlink()
    config = account.folder.parent / "apus.yaml"
    config.write_text('services: [{name: all, kubernetes: {service: orders}}]\n')
    found = subprocess.run([*pod, binary(), "run", "--config", config], capture_output=True, text=True, timeout=20)
    assert found.returncode == 1
    assert f"{PLACE}/token cannot be read" in found.stderr
