internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor

/// Clients are asked to go: in the process's end, and where a reload takes a listener away or has its clients agree anew.
extension Worker {
  /// Those who came through these doors, a few at once and then one after the other. Whatever they have asked is answered.
  func depart(through isMeant: (Door) -> Bool) {
    for handshake in handshakes.all where isMeant(handshake.door) { handshake.startDraining() }
    let order =
      http2Downstreams.all.filter { $0.phase == .open && isMeant($0.door) }.map(\.token)
      + downstreams.all.filter { !$0.isLeaving && isMeant($0.door) }.map(\.token)
    departures.append(Departure(order, from: loop.now, drain: timeouts.drain))
    askNext()
  }

  /// Those whose turn has come are asked to go.
  func askNext() {
    for index in departures.indices {
      for token in departures[index].take(loop.now, random: &random) {
        downstreams[token]?.startDraining()
        http2Downstreams[token]?.startDraining()
      }
    }
    departures.removeAll { $0.next == nil }
    guard let next = departures.lazy.compactMap(\.next).min() else { return }
    departureTimer.ensure(by: next, Token(kind: TokenKind.departure, slot: 0, generation: 1), on: loop)
  }
}
