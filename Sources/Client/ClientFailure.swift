public import HTTP
public import Reactor

/// Why a call has no whole response. What the server has answered is none, whatever its status.
public enum ClientFailure: Error, Equatable, Sendable {
  /// What a call was waiting for when its time was up.
  public enum Stage: UInt8, Sendable, CaseIterable { case lookup, connect, handshake, head, body, whole }

  /// The path or a field has bytes that cannot stand there.
  case invalidRequest
  /// The host's name has no address; the resolver's words.
  case unresolved(String)
  /// errno of the last address that was tried.
  case connectFailed(Int32)
  /// Whose certificate was refused, if one was, as far as it is short.
  case secureFailed(TLSFailure, shown: String = "")
  case timedOut(Stage)
  /// The connection has ended before the response had begun.
  case closed
  /// It was reset, or a write to it failed.
  case reset
  /// It has ended within the response.
  case truncated
  /// HTTP/2: the server has left pings unanswered.
  case silent
  /// HTTP/2: the server has reset the stream.
  case streamReset(HTTP2ErrorCode)
  case malformed(HTTPError)
  case protocolError(HTTP2ConnectionError)
  /// The body is longer than the call takes.
  case bodyTooLong
  /// As many connections are open as may be, and all are in use.
  case crowded
}

extension ClientFailure {
  /// For labels and log fields: lower case with underscores.
  public var reason: StaticString {
    switch self {
    case .invalidRequest: "invalid_request"
    case .unresolved: "unresolved"
    case .connectFailed: "connect_failed"
    case .secureFailed(let failure, _): failure.reason.name
    case .timedOut: "timed_out"
    case .closed: "closed"
    case .reset: "reset"
    case .truncated: "truncated"
    case .silent: "silent"
    case .streamReset: "stream_reset"
    case .malformed: "malformed"
    case .protocolError: "protocol_error"
    case .bodyTooLong: "body_too_long"
    case .crowded: "crowded"
    }
  }
}

extension ClientFailure: CustomStringConvertible {
  /// A short sentence for people.
  public var description: String {
    switch self {
    case .invalidRequest: "the request has bytes that cannot be sent"
    case .unresolved(let words): "the host has no address: \(words)"
    case .connectFailed(let code): "connect: \(SystemError.text(of: code))"
    case .secureFailed(let failure, let shown):
      shown.isEmpty ? "\(failure.text)" : "\(failure.text) (it shows \(shown))"
    case .timedOut(let stage): "timed out: \(stage.words)"
    case .closed: "the server has closed the connection without an answer"
    case .reset: "connection reset"
    case .truncated: "the response ended too early"
    case .silent: "the server does not answer any more"
    case .streamReset(let code): "the server has reset the stream (\(code))"
    case .malformed(let error): "malformed response: \(error.reason)"
    case .protocolError(let error): "HTTP/2 connection error (\(error))"
    case .bodyTooLong: "the response's body is too long"
    case .crowded: "too many connections are open"
    }
  }
}

extension ClientFailure.Stage {
  fileprivate var words: StaticString {
    switch self {
    case .lookup: "looking the host up took too long"
    case .connect: "connecting took too long"
    case .handshake: "the TLS handshake took too long"
    case .head: "no answer came"
    case .body: "the response's body came to a halt"
    case .whole: "the whole call took too long"
    }
  }
}
