"""A client's version and an origin's: 1 is HTTP/1.1, 2 is HTTP/2."""

import pytest

ALL = [(1, 1), (1, 2), (2, 1), (2, 2)]

combinations = pytest.mark.parametrize("client, origin", ALL, ids=[f"{a}to{b}" for a, b in ALL])
