import HTTP
import HTTPInvariants
import Primitives

/// A client and a server, back to back in memory.
final class Pair {
  let client: HTTP2Driver
  let server: HTTP2Driver
  private var sentByClient = 0
  private var sentByServer = 0
  /// Sizes of the pieces in which bytes arrive.
  var nextSize: () -> Int = { 1 << 20 }

  init(client: HTTP2Settings = HTTP2Settings(), server: HTTP2Settings = HTTP2Settings()) {
    self.client = HTTP2Driver(.client, settings: client)
    self.server = HTTP2Driver(.server, settings: server)
  }

  /// Carries bytes until neither side has any.
  func settle() {
    while true {
      client.pull()
      server.pull()
      let toServer = Array(client.output[sentByClient...])
      let toClient = Array(server.output[sentByServer...])
      if toServer.isEmpty, toClient.isEmpty { return }
      sentByClient = client.output.count
      sentByServer = server.output.count
      server.receive(toServer, nextSize: nextSize)
      client.receive(toClient, nextSize: nextSize)
    }
  }

  var isWhole: Bool { client.error == nil && server.error == nil }
}

/// What a side received on a stream, in one text.
func body(_ driver: HTTP2Driver, _ id: Int32) -> String {
  (driver.told[id] ?? []).filter { $0.hasPrefix("body ") }.map { $0.dropFirst(5) }.joined()
}

func answer(
  _ session: HTTP2Session, _ stream: HTTP2Stream, status: Int = 200, _ text: [UInt8] = [],
  trailers: Bool = false
) {
  var head = MessageHead()
  head.reset(status: status)
  head.append(name: "x", value: "y")
  session.sendHead(head, on: stream, ends: text.isEmpty && !trailers)
  if text.isEmpty, !trailers { return }
  session.send(text.span, on: stream)
  if !trailers { return session.sendEnd(on: stream) }
  var last = MessageHead()
  last.append(name: "grpc-status", value: "0")
  session.sendEnd(trailers: last, on: stream)
}

func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: 97 + $0 % 23) } }
