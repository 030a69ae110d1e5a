internal import HTTP
internal import Mesh
internal import Primitives

/// The request's body for as long as a further attempt could need it.
///
/// What goes out is held up to the bound. Of an HTTP/2 connection's streams the rest is there still as long as the
/// endpoint's windows do not take it, and need not be held twice: so the body is whole as long as no more than the bound has
/// left.
extension Exchange {
  /// Where the body's bytes are, from its first one on.
  enum HeldBody {
    /// All that came of it is in `body`.
    case whole
    /// Only its beginning is in `body`, and the rest was given to the attempt's connection.
    case begun
    /// It cannot be sent again.
    case lost
  }

  /// A piece of the body goes to the attempt's connection next.
  func keepForReplay(_ bytes: Span<UInt8>) {
    switch attempts.body {
    case .whole:
      if !isReplayWorthwhile { return loseBody() }
      let room = bodyBound - body.count
      if bytes.count <= room { return body.append(bytes) }
      if !hasPassedBodyOn { return loseBody() }
      body.append(bytes.extracting(first: max(0, room)))
      attempts.body = .begun
    case .begun: forgetSentBody()
    case .lost: break
    }
  }

  /// The same for all that was held before there was a connection, and has gone to it.
  func keepForReplay(_ held: consuming ByteBuffer) {
    if !isReplayWorthwhile { return loseBody() }
    if held.count > bodyBound {
      if !hasPassedBodyOn { return loseBody() }
      held.truncate(to: worker.replayBound)
      attempts.body = .begun
    }
    swap(&held, &body)
  }

  /// More of a body of which only the beginning is held has left.
  func forgetSentBody() {
    if attempts.body == .begun, !isRestUnsent { loseBody() }
  }

  /// Nothing of it is lost as long as its connection is there.
  var isBodyReplayable: Bool {
    switch attempts.body {
    case .whole: true
    case .begun: isRestUnsent
    case .lost: false
    }
  }

  /// The attempt is over: what its connection has not sent of the body is held here again.
  func takeBodyBack() {
    if attempts.body != .begun { return }
    if !isRestUnsent { return loseBody() }
    $upstream { $0.copyUnsentBody(from: body.count, to: &body) }
    attempts.body = .whole
  }

  private func loseBody() {
    attempts.body = .lost
    body.release()
  }

  /// A stream that could not be begun takes nothing, so that all that the client's window lets come is held here.
  private var bodyBound: Int { $upstream { $0.isDoomed } ?? false ? .max : worker.replayBound }

  /// What the connection gets are the body's bytes as they came, and it tells which of them have left.
  private var hasPassedBodyOn: Bool { !translatesCall && $upstream { $0.sentBody } ?? nil != nil }

  private var isRestUnsent: Bool {
    guard let sent = $upstream({ $0.sentBody }) ?? nil else { return false }
    return sent <= body.count
  }

  /// Whether any attempt could follow this one once the body has begun to go out. One that goes out on a
  /// kept-alive connection may find it closed, and one over HTTP/2 may be refused: then any method is sent again
  /// (RFC 9113, section 8.7).
  private var isReplayWorthwhile: Bool {
    request.method.isIdempotent || attempts.onReusedConnection || $upstream { $0.usesHTTP2 } ?? false
      || rule?.retry != nil
  }
}
