internal import Primitives
internal import Reactor

/// Words to and from the one process that has asked. What there is no room for waits.
final class TakeoverChannel {
  private let socket: PacketSocket
  private var unsent: ArraySlice<(message: TakeoverMessage, descriptors: [Int32])> = []

  init(_ socket: consuming PacketSocket) { self.socket = socket }

  func say(_ message: TakeoverMessage, _ descriptors: [Int32] = []) throws(SystemError) {
    unsent.append((message, descriptors))
    try sendAll()
  }

  func sendAll() throws(SystemError) {
    while let next = unsent.first, try socket.send(next.message, next.descriptors) { unsent.removeFirst() }
  }

  var hasSaidAll: Bool { unsent.isEmpty }

  /// The last word, if there is room for it.
  func refuse(_ reason: String) { _ = try? socket.send(.no(reason: reason)) }

  func receive() throws(SystemError) -> PacketSocket.Received { try socket.receive() }
}
