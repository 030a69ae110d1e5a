import COpenSSL
import Primitives

@testable import Reactor

/// One side of a TLS connection in memory: bytes are carried by the test.
final class TLSEnd {
  let wire: TLSWire
  private(set) var session: TLSSession?
  private let server: TLSServerContext?
  private(set) var step = TLSSession.Step.needsInput

  /// - Parameter wire: that of other sessions of one loop.
  init(server: TLSServerContext, on wire: TLSWire? = nil) {
    self.wire = wire ?? TLSWire(capacity: 4 << 20)
    self.server = server
  }

  init(client: TLSClientContext, resuming store: TLSSessionStore? = nil) {
    wire = TLSWire(capacity: 4 << 20)
    server = nil
    session = TLSSession(client, on: wire, resuming: store)
    step = session!.handshake(fresh: 0)
  }

  var failure: TLSFailure? { session?.failure }
  var details: TLSDetails? { session?.details }

  /// What this side wants to send; it is gone afterwards.
  func takeOutput() -> [UInt8] {
    let bytes = wire.output.withBytes { Array(copying: $0) }
    wire.output.clear()
    return bytes
  }

  /// Takes bytes in, for the handshake or, after it, as content, which is returned.
  /// - Parameter room: bytes of content that are read at once.
  func receive(_ bytes: [UInt8], room: Int = 64 << 10) -> [UInt8] {
    if bytes.isEmpty { return [] }
    var content: [UInt8] = []
    guard let session else {
      self.session = TLSSession(server!, on: wire, received: bytes.span)
      step = self.session!.handshake(fresh: 0)
      return []
    }
    let held = session.moveKept()
    unsafe bytes.withUnsafeBufferPointer {
      unsafe (wire.input + held).update(from: $0.baseAddress!, count: $0.count)
    }
    var fresh = held + bytes.count
    if session.details == nil {
      step = session.handshake(fresh: fresh)
      fresh = 0
      if step != .complete { return [] }
    }
    var target = [UInt8](repeating: 0, count: room)
    while true {
      let count = unsafe target.withUnsafeMutableBufferPointer {
        unsafe session.decrypt(fresh: fresh, into: $0.baseAddress!, room: room)
      }
      fresh = 0
      if count == 0 { return content }
      content += target[..<count]
    }
  }

  func send(_ bytes: [UInt8]) { _ = session?.encrypt(bytes.span) }
}

extension Array where Element == UInt8 {
  init(copying span: Span<UInt8>) {
    self.init()
    for i in span.indices { append(span[i]) }
  }
}

/// Two sides, with bytes carried between them.
struct TLSLink {
  let client: TLSEnd
  let server: TLSEnd
  /// How the bytes are cut.
  var cut: (Int) -> Int = { $0 }

  /// - Parameter wire: the server's.
  init(
    _ client: TLSClientContext, _ server: TLSServerContext, resuming store: TLSSessionStore? = nil,
    on wire: TLSWire? = nil
  ) {
    self.client = TLSEnd(client: client, resuming: store)
    self.server = TLSEnd(server: server, on: wire)
  }

  /// Carries everything until both sides are silent. Returns the content that each has got.
  @discardableResult
  func carry(room: Int = 64 << 10) -> (client: [UInt8], server: [UInt8]) {
    var got: (client: [UInt8], server: [UInt8]) = ([], [])
    while true {
      let (up, down) = (client.takeOutput(), server.takeOutput())
      if up.isEmpty && down.isEmpty { return got }
      for piece in pieces(up) { got.server += server.receive(piece, room: room) }
      for piece in pieces(down) { got.client += client.receive(piece, room: room) }
    }
  }

  private func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + max(1, cut(bytes.count - start)))
      pieces.append(Array(bytes[start..<end]))
      start = end
    }
    return pieces
  }
}
