internal import HTTP
internal import Primitives
internal import Reactor

/// The way to a connection: the host's addresses one after another until one answers, then TLS.
///
/// The origin's connect timeout bounds all of it. Each address has its share of what is left, so that one which swallows
/// everything does not keep the others from being tried.
final class Dial {
  private enum Phase { case resolving, connecting, securing, over }

  let origin: ClientOrigin
  var token = Token.none
  private let client: HTTPClient
  private var phase = Phase.resolving
  private var addresses: [SocketAddress] = []
  /// `addresses` are what there is, without asking anybody.
  private var isResolved = false
  private var transport = Transport(Socket(owning: -1))
  private var context: TLSClientContext?
  private let end: MonotonicTime
  private var timer = TimerWheel.ID.none
  private var failure = ClientFailure.timedOut(.lookup)

  init(client: HTTPClient, origin: ClientOrigin) {
    self.client = client
    self.origin = origin
    end = client.loop.now.deadline(after: origin.connectTimeout)
  }

  func begin() {
    setTimer(end)
    if let address = SocketAddress(ip: origin.host, port: origin.port) {
      addresses = [address]
      isResolved = true
      // Failures come from the loop.
      client.loop.continueLater(token)
    } else if let resolver = client.resolver {
      resolver.ask(origin.host, ticket: token.raw)
    } else {
      failure = .unresolved("it is no address, and names are not looked up here")
      isResolved = true
      client.loop.continueLater(token)
    }
  }

  /// Nobody wants it any more.
  func cancel() {
    phase = .over
    client.loop.cancel(timer)
    transport = Transport(Socket(owning: -1))
    client.end(self)
  }

  // MARK: Events of the loop

  func resolved(_ answer: HostAnswer) {
    guard phase == .resolving, !isResolved else { return }
    if answer.addresses.isEmpty { return fail(.unresolved(answer.reason)) }
    addresses = answer.addresses.map { $0.with(port: origin.port) }
    connectNext()
  }

  func ready(_ readiness: Readiness) {
    switch phase {
    case .resolving: if isResolved { connectNext() }
    case .connecting:
      transport.note(readiness)
      guard !readiness.isDisjoint(with: [.writable, .failed, .hungUp]) else { return }
      let code = transport.finishConnect()
      if code != 0 { return tryNext(.connectFailed(code)) }
      connected()
    case .securing:
      transport.note(readiness)
      if readiness.contains(.writable) { transport.flush() }
      secure()
    case .over: break
    }
  }

  func timerFired() {
    guard phase != .over else { return }
    let stage: ClientFailure.Stage =
      switch phase {
      case .resolving: .lookup
      case .connecting: .connect
      case .securing, .over: .handshake
      }
    tryNext(.timedOut(stage))
  }

  // MARK: The way

  private func connectNext() {
    guard !addresses.isEmpty, client.loop.now < end else { return fail(failure) }
    let address = addresses.removeFirst()
    phase = .connecting
    let share = Interval(nanoseconds: (end - client.loop.now).nanoseconds / Int64(addresses.count + 1))
    setTimer(end == .distantFuture ? end : client.loop.now + share)
    do throws(SystemError) {
      transport = Transport(try Socket.connect(to: address), connected: false)
      try client.loop.register(transport.descriptor, token: token)
    } catch {
      tryNext(.connectFailed(error.code))
    }
  }

  private func tryNext(_ failure: ClientFailure) {
    self.failure = failure
    connectNext()
  }

  private func connected() {
    guard let tls = origin.tls else { return finish(isHTTP2: origin.plainProtocol == .h2) }
    phase = .securing
    let context = tls.current
    self.context = context
    guard transport.secure(context, resuming: origin.sessions, on: client.loop) else {
      return fail(.secureFailed(TLSFailure(.internalError)))
    }
    secure()
  }

  private func secure() {
    switch transport.handshake() {
    case .underWay: break
    case .failed(let failure): fail(.secureFailed(failure, shown: client.loop.tlsWire.refusedNames))
    case .complete:
      let isHTTP2 = transport.tlsDetails?.applicationProtocol == .h2
      if !isHTTP2, context?.settings.protocols.contains(.http11) == false {
        return fail(.secureFailed(TLSFailure(.noApplicationProtocol)))
      }
      finish(isHTTP2: isHTTP2)
    }
  }

  private func finish(isHTTP2: Bool) {
    phase = .over
    client.loop.cancel(timer)
    client.dialed(self, transport.take(), context, isHTTP2: isHTTP2)
  }

  private func fail(_ failure: ClientFailure) {
    phase = .over
    client.loop.cancel(timer)
    transport = Transport(Socket(owning: -1))
    client.dialFailed(self, failure)
  }

  private func setTimer(_ deadline: MonotonicTime) {
    client.loop.cancel(timer)
    if deadline != .distantFuture { timer = client.loop.schedule(at: deadline, token.raw) }
  }
}
