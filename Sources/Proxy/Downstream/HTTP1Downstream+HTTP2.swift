internal import Primitives
internal import Reactor
internal import Telemetry

/// A client that begins with HTTP/2's preface (prior knowledge: RFC 9113, section 3.3).
extension HTTP1Downstream {
  /// Its connection goes on as an HTTP/2 one, with what it has sent so far.
  func becomeHTTP2(_ bytes: Span<UInt8>) {
    let other = HTTP2Downstream(worker: worker, door: door, transport: transport.take(), peer: peer)
    other.client = client
    close()
    do throws(SystemError) {
      try other.register()
      other.receiveFirst(bytes)
    } catch {
      worker.metrics.add(.refusedConnections)
    }
  }
}
