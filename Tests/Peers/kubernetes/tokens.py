"""A service account's token, as it rotates."""

from harness.program import eventually

from .asked import lists


def rotate(cluster, orders, proxy, requests, place=lambda: None):
    """Hands another token out and refuses the former on every connection from then on; a new pod is found all the same. Gives
    what the API server was asked since.

    `place` puts the token where Apus looks for it, where `cluster` has not done so.
    """
    before = len(cluster.asked)
    cluster.hand_out_token()
    place()
    cluster.revoke_former_token()
    cluster.relay.drop()
    new = orders.grow()
    proxy.await_used("all", orders.pods)
    eventually(lambda: requests.answers[new.name], "the new pod is asked")
    cluster.await_watches(before)
    asked = cluster.asked[before:]
    assert lists(asked) == []
    assert proxy.is_up
    return asked
