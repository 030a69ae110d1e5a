"""One scenario a file; this is their order."""

from . import allocations, burn, idle, large, small, slow_readers, transfer

ALL = {
    module.SCENARIO.name: module.SCENARIO
    for module in (small, large, transfer, idle, slow_readers, allocations, burn)}
