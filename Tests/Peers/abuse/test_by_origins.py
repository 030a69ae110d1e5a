"""A hostile origin is as likely as a hostile client: its connection ends, its clients get 502, others notice nothing."""


import pytest

from harness import mesh
from harness.clients.http2 import HTTP2Client
from harness.origins.frame_origin import FrameOrigin
from harness.origins.http1 import HTTP1Origin

from .attacks import ORIGIN
from .judged import judge
from .measured import Bystander, flood, measured

ROUNDS = 5


@pytest.mark.parametrize("attack", ORIGIN, ids=lambda attack: attack.name)
def test_attack(start, attack, record_property):
    results = []

    def talk(wire, number):
        results.append(flood(wire, attack))
        evil.note("attacked")

    evil, good = FrameOrigin(talk), HTTP1Origin()
    proxy = start(mesh.Mesh(
        (mesh.Service("evil", (evil.port,), "h2"), mesh.Service("good", (good.port,))),
        (mesh.Route("/evil", "evil"), mesh.Route("/", "good"))))
    answers = []

    def one_round():
        before = evil.count("attacked")
        client = HTTP2Client(proxy.port)
        answers.append(client.answer(client.request(path="/evil")))
        client.close()
        evil.await_note("attacked", lambda _: evil.count("attacked") > before)
        return results[-1]

    with Bystander(proxy.port) as bystander:
        cost = measured(proxy, bystander, [one_round] * ROUNDS)
    record_property(f"by an origin, {attack.name}", str(cost))
    assert bystander.asked and not bystander.failures, bystander.failures
    judge(proxy, attack, cost)
    if attack.may_go_on:
        assert all(answer.status == 200 for answer in answers)
        return
    assert all(answer.status in (502, 503) or answer.reset or attack.name.startswith("RST_STREAM") for answer in answers)
    if hasattr(proxy, "metric") and "open" not in cost.ends:
        assert proxy.metric("apus_refused_http2_connections_total", **{"from": "endpoint"}) >= ROUNDS
