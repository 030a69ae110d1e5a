"""Each attack by a client ends that connection with ENHANCE_YOUR_CALM, cheaply; others notice nothing."""

import pytest

from harness import mesh, proxies
from harness.origins.http1 import HTTP1Origin

from .attacks import CLIENT
from .judged import judge
from .measured import Bystander, attack_by_client


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    origin = HTTP1Origin()
    started = proxies.start(mesh.one_service(origin.port), tmp_path_factory.mktemp("abuse"))
    yield started
    started.stop()
    origin.close()


@pytest.mark.parametrize("attack", CLIENT, ids=lambda attack: attack.name)
def test_attack(proxy, attack, record_property):
    before = proxy.metric("apus_refused_http2_connections_total") if hasattr(proxy, "metric") else 0
    with Bystander(proxy.port) as bystander:
        cost = attack_by_client(proxy, bystander, attack)
    record_property(attack.name, str(cost))
    assert bystander.asked and not bystander.failures, bystander.failures
    judge(proxy, attack, cost)
    if hasattr(proxy, "metric") and not attack.may_go_on:
        assert proxy.metric("apus_refused_http2_connections_total") > before
