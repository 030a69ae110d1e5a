internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

extension Worker: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    switch token.kind {
    case TokenKind.downstream:
      let connection = downstreams.lent(token)
      connection { $0.ready(readiness) }
    case TokenKind.upstream:
      let connection = upstreams.lent(token)
      connection { $0.ready(readiness) }
    case TokenKind.http2Downstream:
      let connection = http2Downstreams.lent(token)
      connection { $0.ready(readiness) }
    case TokenKind.http2Upstream:
      let connection = http2Upstreams.lent(token)
      connection { $0.ready(readiness) }
    case TokenKind.handshake: handshakes[token]?.ready(readiness)
    case TokenKind.listener: acceptSome(token.slot)
    default: break
    }
  }

  func timerFired(_ payload: UInt64) {
    let token = Token(raw: payload)
    switch token.kind {
    case TokenKind.downstream: downstreams[token]?.timerFired()
    case TokenKind.upstream: upstreams[token]?.timerFired()
    case TokenKind.http2Downstream: http2Downstreams[token]?.timerFired()
    case TokenKind.http2Upstream: http2Upstreams[token]?.timerFired()
    case TokenKind.handshake: handshakes[token]?.timerFired()
    case TokenKind.exchange: exchanges[token]?.timerFired()
    case TokenKind.listener: acceptAgain(token.slot)
    case TokenKind.closing: token.slot == 0 ? closeDoors() : closeDoor(token.slot - 1)
    case TokenKind.departure:
      departureTimer.fired()
      askNext()
    case TokenKind.memory: lookAtMemory()
    // The end of this turn hands the lines over.
    case TokenKind.accessLog: accessLogTimer.fired()
    default: break
    }
  }

  func woken() {
    for message in mailbox.take() { handle(message) }
  }

  func turnEnded() {
    metrics.add(.loopTurns)
    flushScheduled()
    sendWaiting()
    freeRetired()
    if let accessLog {
      if let due = accessLog.turnEnded(now: loop.now) {
        accessLogTimer.ensure(by: due, Token(kind: TokenKind.accessLog, slot: 0, generation: 1), on: loop)
      }
      let lost = accessLog.takeLost()
      if lost > 0 { metrics.add(.accessLogDropped, lost) }
    }
    if isDraining { lookAtDrain() }
  }
}
