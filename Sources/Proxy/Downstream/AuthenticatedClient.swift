internal import Identity
internal import Telemetry

/// A client whose certificate was verified: who it is, and where its requests are counted. Made once a connection;
/// the streams of HTTP/2 share it.
final class AuthenticatedClient {
  let identity: PeerIdentity
  /// Of its counters, in `PeerTable`.
  let slot: Int

  init(_ identity: PeerIdentity, on worker: Worker) {
    self.identity = identity
    slot = worker.layout.peers.slot(of: identity.name)
  }
}
