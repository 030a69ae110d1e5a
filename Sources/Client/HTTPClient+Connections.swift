internal import HTTP
internal import Primitives
internal import Reactor

/// Which connection a call goes on.
extension HTTPClient {
  /// Finds a connection for a call, or has one made.
  func place(_ call: ClientCall) {
    call.origin.waiting.append(call)
    serve(call.origin)
  }

  /// Gives connections that are free to the calls that wait, and has made what is missing.
  func serve(_ origin: ClientOrigin) {
    while let call = origin.waiting.first, attach(call) {}
    dialMissing(origin)
  }

  /// Puts the first waiting call on a connection that is there; false where there is none for it.
  private func attach(_ call: ClientCall) -> Bool {
    let origin = call.origin
    for connection in origin.shared where connection.isUsable(for: call) {
      origin.waiting.removeFirst()
      connection.begin(call)
      return true
    }
    while let connection = origin.idle.popLast() {
      guard connection.isUsable(for: call) else {
        connection.close()
        continue
      }
      origin.waiting.removeFirst()
      connection.begin(call)
      return true
    }
    return false
  }

  /// One dial for each call that waits, or for all of them where they can share a connection.
  private func dialMissing(_ origin: ClientOrigin) {
    while !origin.waiting.isEmpty {
      let wanted = origin.spokeHTTP2 ? 1 : origin.waiting.count
      if origin.dials >= wanted { return }
      guard makeRoom() else {
        // Who has a dial under way may have what it brings.
        if origin.dials == 0 { failAll(origin, .crowded) }
        return
      }
      let dial = Dial(client: self, origin: origin)
      origin.dials += 1
      dial.token = dials.insert(dial)
      dial.begin()
    }
  }

  /// Whether one more connection may be opened; closes one that lies idle, where that helps.
  private func makeRoom() -> Bool {
    if connectionCount < limits.connections { return true }
    if let idlest = http1.all.filter(\.isIdle).min(by: { $0.idleSince < $1.idleSince }) {
      idlest.close()
    } else if let idlest = http2.all.first(where: \.isIdle) {
      idlest.close()
    }
    return connectionCount < limits.connections
  }

  /// A dial has led to a connection.
  func dialed(_ dial: Dial, _ transport: consuming Transport, _ context: TLSClientContext?, isHTTP2: Bool) {
    let origin = dial.origin
    end(dial)
    origin.spokeHTTP2 = isHTTP2
    do throws(SystemError) {
      if isHTTP2 {
        let connection = HTTP2Connection(self, origin, transport, context)
        try connection.register()
      } else {
        let connection = HTTP1Connection(self, origin, transport, context)
        try connection.register()
      }
      serve(origin)
    } catch {
      failAll(origin, .connectFailed(error.code))
    }
  }

  /// A dial has led to nothing: so has the call that it was made for, or all that would have shared its connection.
  func dialFailed(_ dial: Dial, _ failure: ClientFailure) {
    let origin = dial.origin
    end(dial)
    if origin.dials == 0 { return failAll(origin, failure) }
    origin.waiting.first?.fail(failure)
  }

  func end(_ dial: Dial) {
    guard dials.remove(dial.token) != nil else { return }
    dial.origin.dials -= 1
    retire(dial)
  }

  private func failAll(_ origin: ClientOrigin, _ failure: ClientFailure) {
    let calls = origin.waiting
    origin.waiting = []
    for call in calls { call.fail(failure) }
  }

  /// An HTTP/1 connection has become free.
  func release(_ connection: HTTP1Connection) {
    let origin = connection.origin
    origin.idle.append(connection)
    serve(origin)
    let idle = http1.all.filter(\.isIdle)
    if idle.count > limits.idle { idle.min { $0.idleSince < $1.idleSince }?.close() }
  }

  func forget(_ connection: HTTP1Connection) {
    http1.remove(connection.token)
    connection.origin.idle.removeAll { $0 === connection }
    retire(connection)
  }

  func forget(_ connection: HTTP2Connection) {
    http2.remove(connection.token)
    connection.origin.shared.removeAll { $0 === connection }
    retire(connection)
  }
}
