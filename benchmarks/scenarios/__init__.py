"""One scenario a file; this is their order."""

from . import (
    abuse, allocations, burn, changes, grpc_stream, grpc_unary, idle, large, one_to_two, services, slow_readers, small,
    stream_allocations, tls_chain, tls_handshakes, tls_idle, tls_small, tls_transfer, transfer, two_to_one, two_to_two)

ALL = {
    module.SCENARIO.name: module.SCENARIO
    for module in (
        small, large, transfer, two_to_one, two_to_two, one_to_two, grpc_unary, grpc_stream, tls_small, tls_handshakes, tls_transfer,
        tls_chain, tls_idle, idle, slow_readers,
        services, changes, allocations, stream_allocations, burn, abuse)}
