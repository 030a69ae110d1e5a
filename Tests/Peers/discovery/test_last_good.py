"""What is kept for a start without etcd, where it cannot be written for a while."""

import json

from harness.program import eventually

from .conftest import KEY

KEPT = ("the last good table", "the last good configuration")


def test_what_could_not_be_written_is_written_later(etcd, origins, centred, tmp_path):
    """Without another change, and what is in the way is told meanwhile."""
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    text = json.dumps({
        "listeners": [{"name": "test", "address": "127.0.0.1:0"}],
        "services": [{"name": "carts", "etcd": {"prefix": "/services/carts/"}}]})
    etcd.put(KEY, text)
    table = tmp_path / "kept" / "table.json"
    proxy = centred(lastGood=str(table)).await_ready()

    def told():
        return [what for what in KEPT if f"{what} cannot be written: No such file" in proxy.admin("/ready")]

    eventually(lambda: told() == list(KEPT), "both are told")
    assert proxy.metric("apus_last_good_written") == 0
    assert json.loads(proxy.admin("/ready"))["ready"]
    table.parent.mkdir()
    eventually(lambda: not told(), "both are written", patience=60)
    assert proxy.metric("apus_last_good_written") == 1
    assert f"127.0.0.1:{origins[0].port}" in table.read_text()
    assert (tmp_path / "kept" / "table.json.configuration").read_text() == f"# etcd:{KEY}\n{text}"
    for what in KEPT:
        proxy.await_log(f"{what} is written again")
        assert proxy.log.count(f"{what} cannot be written") == 1


def test_another_file_gets_what_there_is(etcd, origins, centred, tmp_path):
    """The configuration is kept beside the table, wherever that is."""
    etcd.put(KEY, json.dumps({"services": [{"name": "carts", "endpoints": [f"127.0.0.1:{origins[0].port}"]}],
                              "listeners": [{"name": "test", "address": "127.0.0.1:0"}]}))
    proxy = centred(lastGood=str(tmp_path / "one")).await_ready()
    eventually((tmp_path / "one.configuration").exists, "it is kept")
    document = json.loads(proxy.path.read_text())
    del document["workers"], document["admin"]
    proxy.write(**{**document, "lastGood": str(tmp_path / "other")})
    eventually((tmp_path / "other.configuration").exists, "it is kept in the other place, too")
