internal import HTTP
internal import Primitives

/// A client that asks for much at once and opens no windows for it has its requests served in full, and takes nothing: so
/// only a few of them are under way at a time. As many again wait, so that a client that takes what it asks for, however
/// slowly, gets all of it; beyond, they are refused, and the client may ask again.
extension HTTP2Downstream {
  /// Nobody who means to read begins with less: the protocol's own is 65,535.
  private static let narrowWindow = 1 << 10

  func isNarrow(_ stream: HTTP2Stream) -> Bool { session.isNarrower(stream, than: Self.narrowWindow) }

  /// No further request may wait.
  var isCrowded: Bool { line.count >= door.narrowStreams }

  /// Whether a request may go on to its endpoint. Otherwise it stands in line from now on.
  func admits(_ stream: HTTP2Stream, of owner: HTTP2DownstreamStream) -> Bool {
    guard isNarrow(stream) else { return true }
    owner.width = narrow < door.narrowStreams ? .narrow : .held
    if owner.width == .narrow {
      narrow += 1
      return true
    }
    line.append(Lent(owner))
    owner.awaitWindow(of: Self.narrowWindow)
    return false
  }

  /// A request is over, or its window has opened.
  func leaveLine(_ owner: HTTP2DownstreamStream) {
    switch owner.width {
    case .wide: return
    // Whoever comes next begins when the turn ends: the connection may be about to end.
    case .narrow:
      narrow -= 1
      if !line.isEmpty { schedule() }
    case .held:
      line.removeAll { $0.isSame(as: owner) }
      owner.awaitWindow(of: 0)
    }
    owner.width = .wide
  }

  /// Lets the first in line go on, as far as there is room.
  func admitHeld() {
    while narrow < door.narrowStreams, !line.isEmpty {
      narrow += 1
      let owner = line.removeFirst()
      owner { owner in
        owner.width = .narrow
        owner.awaitWindow(of: 0)
        owner.$exchange { $0.beginHeld() }
      }
    }
  }
}
