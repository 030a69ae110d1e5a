"""A whole proxy whose configuration lives in a real etcd."""

import json
import shutil
import signal

import pytest

from harness.commands import apus
from harness.open_loop import Load, status
from harness.program import eventually
from harness.proxies.centred import rest

from .conftest import KEY, place


def test_it_is_followed_under_load(etcd, origins, centred):
    """A hundred versions, of which some are bad: each good one takes effect, and nothing is lost."""
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    assert proxy.named_services == ["orders"] and status(proxy) == 200
    load = Load(proxy.port)
    for turn in range(100):
        etcd.put(KEY, rest(origins[turn % 2], f"orders-{turn}"))
        if turn % 10 == 0:
            etcd.put(KEY, "services: [")
    etcd.put(KEY, rest(origins[0], "last"))
    eventually(lambda: proxy.named_services == ["last"], "the last version is in effect")
    assert set(load.end()) == {200}
    assert proxy.metric("apus_config_in_effect") == 1
    assert proxy.metric("apus_config_source_up") == 1


@pytest.mark.parametrize("way", ["input", "fifo"])
def test_a_beginning_that_can_be_read_only_once(etcd, origins, centred, way):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred(way=way).await_ready()
    assert proxy.named_services == ["orders"] and status(proxy) == 200
    etcd.put(KEY, "services: [")
    proxy.await_log("the configuration cannot be used")
    etcd.put(KEY, rest(origins[1], "other"))
    eventually(lambda: proxy.named_services == ["other"], "the rest is followed")
    ended, output, errors = apus("reload", "--admin", f"127.0.0.1:{proxy.admin_port}")
    assert ended == 0 and proxy.named_services == ["other"], output + errors


def test_a_bad_one_is_refused_with_its_place(etcd, origins, centred):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    etcd.put(KEY, "etcd: {}\nservices: [{name: web, endpints: []}]\n")
    proxy.await_log("the configuration cannot be used")
    assert f"file=etcd:{KEY} line=2 column=24" in proxy.log
    assert "the file has `etcd` already" in proxy.log
    assert proxy.metric("apus_config_in_effect") == 0
    assert proxy.named_services == ["orders"] and status(proxy) == 200
    etcd.delete(KEY)
    proxy.await_log("the configuration is gone")
    assert "there is nothing any more" in proxy.admin("/ready")
    assert proxy.named_services == ["orders"] and status(proxy) == 200


def test_a_bad_one_that_is_put_back_is_no_fault_any_more(etcd, origins, centred):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    etcd.put(KEY, "services: [")
    eventually(lambda: proxy.metric("apus_config_in_effect") == 0, "it is refused")
    etcd.put(KEY, rest(origins[0]))
    eventually(lambda: proxy.metric("apus_config_in_effect") == 1, "all is well", patience=10)


def test_it_waits_for_the_first_one(etcd, origins, centred):
    proxy = centred(timeouts={"discovery": "100ms"})
    proxy.await_log("nobody is served")
    etcd.put(KEY, rest(origins[0]))
    assert status(proxy.await_ready()) == 200


def test_it_ends_while_it_waits(etcd, centred):
    proxy = centred()
    proxy.await_log("there is no configuration yet")
    proxy.signal(signal.SIGTERM)
    assert proxy.wait() == 0


def test_a_bad_first_one_is_an_error(etcd, centred):
    etcd.put(KEY, "services: [{name: web, endpints: []}]")
    proxy = centred()
    assert proxy.wait() == 1
    assert f"etcd:{KEY}:1:24: services[0]: unknown field" in proxy.log


def test_the_last_good_one_serves_while_etcd_is_gone(etcd, origins, centred, tmp_path):
    kept = {"lastGood": str(tmp_path / "table.json"), "timeouts": {"discovery": "200ms"}}
    etcd.put(KEY, rest(origins[0]))
    first = centred(**kept).await_ready()
    etcd.put(KEY, rest(origins[0], "second"))
    eventually(lambda: first.named_services == ["second"], "another one is in effect")
    first.signal(signal.SIGTERM)
    assert first.wait() == 0
    etcd.kill()
    second = centred(**kept).await_ready()
    second.await_log("the last good configuration is used age_s=")
    assert second.named_services == ["second"] and status(second) == 200
    assert "cannot be followed" in second.admin("/ready")
    etcd.start()
    etcd.put(KEY, rest(origins[1], "third"))
    eventually(lambda: second.named_services == ["third"], "etcd is followed again")
    # What cannot be used is no reason not to start.
    etcd.put(KEY, "services: [")
    third = centred(**kept).await_ready()
    assert third.named_services == ["third"] and "what was fetched is not valid" in third.log


def test_a_store_that_is_lost_takes_nothing_away(etcd, origins, centred):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    etcd.kill()
    shutil.rmtree(etcd.directory / "etcd-data")
    etcd.start()
    proxy.await_log("the configuration is gone")
    assert status(proxy) == 200
    etcd.put(KEY, rest(origins[1], "again"))
    eventually(lambda: proxy.named_services == ["again"], "what it has now counts")


def test_the_file_may_name_another_place(etcd, origins, centred):
    etcd.put(KEY, rest(origins[0]))
    proxy = centred().await_ready()
    load = Load(proxy.port)
    proxy.write(**place(etcd, "/apus/other.yaml"))
    proxy.await_log("the configuration goes on elsewhere")
    assert proxy.named_services == ["orders"]
    etcd.put(KEY, rest(origins[0], "former"))
    etcd.put("/apus/other.yaml", rest(origins[1], "other"))
    eventually(lambda: proxy.named_services == ["other"], "the other place is followed")
    assert set(load.end()) == {200}
    assert proxy.log.count("configuration loaded anew") == 1


def test_a_file_that_is_mended_while_it_waits(etcd, origins, centred):
    """It named a key that is not there; then one that is."""
    proxy = centred(key="/apus/wrong.yaml")
    proxy.await_log("there is no configuration yet")
    etcd.put(KEY, rest(origins[0]))
    proxy.write(**place(etcd))
    assert proxy.await_ready().named_services == ["orders"] and status(proxy) == 200


def test_what_a_file_once_named_does_not_come_back(etcd, origins, centred):
    etcd.put(KEY, rest(origins[0], "old"))
    proxy = centred().await_ready()
    named = proxy.path.read_text()
    fresh = proxy.directory / "whole"
    fresh.write_text(json.dumps({**json.loads(named), **json.loads(rest(origins[0], "whole")), "configuration": None}))
    fresh.rename(proxy.path)
    eventually(lambda: proxy.named_services == ["whole"], "the file is all")
    etcd.put(KEY, rest(origins[1], "new"))
    etcd.kill()
    proxy.write(**place(etcd))
    proxy.await_log("the configuration goes on elsewhere")
    assert proxy.named_services == ["whole"]
    etcd.start()
    eventually(lambda: proxy.named_services == ["new"], "what is there now is in effect")


def test_what_was_kept_of_another_place_is_not_taken(etcd, origins, centred, tmp_path):
    kept = {"lastGood": str(tmp_path / "table.json"), "timeouts": {"discovery": "200ms"}}
    etcd.put(KEY, rest(origins[0]))
    first = centred(**kept).await_ready()
    first.signal(signal.SIGTERM)
    assert first.wait() == 0
    etcd.kill()
    second = centred(key="/apus/other.yaml", **kept)
    second.await_log("is from another place than etcd:/apus/other.yaml")
    second.await_log("nobody is served")
