internal import Certificates
internal import Identity
internal import Reactor

/// Clients whose certificates were shown lately: the connections of one share what was made of its certificate. One
/// worker's.
struct ClientTable {
  private struct Key: Hashable {
    let peer: ObjectIdentifier
    let own: String?
  }

  private struct Entry {
    /// Held, so that its place in memory is nobody else's.
    let peer: TLSPeer
    let client: AuthenticatedClient
  }

  private var known: [Key: Entry] = [:]
  private static let most = 1024

  /// Who has shown a certificate in a handshake; nil where nobody has.
  mutating func client(_ details: TLSDetails, on worker: Worker) -> AuthenticatedClient? {
    guard let peer = details.peer else { return nil }
    let own = details.own?.uris.first
    let key = Key(peer: ObjectIdentifier(peer), own: own)
    if let found = known[key] { return found.client }
    let client = AuthenticatedClient(PeerIdentity(peer.certificate, by: own), on: worker)
    if known.count >= Self.most { known.removeAll() }
    known[key] = Entry(peer: peer, client: client)
    return client
  }
}
