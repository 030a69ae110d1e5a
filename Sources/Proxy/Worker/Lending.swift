internal import Primitives

// What may be lent (see `TurnLived`), and who has to let go of it.

/// An exchange, until nobody has used it for seconds (`Worker.lookAtMemory`). Whatever holds one between two turns has to
/// let go of it when the exchange finishes, and belongs into `Worker.isAnyLent`, which watches that in the tests.
extension Exchange: TurnLived {}

/// As long as their worker.
extension Door: TurnLived {}

/// As long as their worker, or until another snapshot has come: then those that have left are kept until the turn is over,
/// and by the exchanges and connections that use them still.
extension UpstreamPool: TurnLived {}
extension ServicePools: TurnLived {}

/// Connections, until the turn in which they close is over (`Worker.freeRetired`): an exchange has let go of its two
/// sides by then.
extension HTTP1Downstream: TurnLived {}
extension HTTP1Upstream: TurnLived {}
extension HTTP2Downstream: TurnLived {}
extension HTTP2Upstream: TurnLived {}
extension HTTP2DownstreamStream: TurnLived {}
extension HTTP2UpstreamStream: TurnLived {}
