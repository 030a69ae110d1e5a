internal import Primitives

/// A request's method (RFC 9110 §9). One that has no case here is `.other`, and its name is in the head.
public enum Method: UInt8, Sendable, CaseIterable {
  case other, get, head, post, put, delete, connect, options, trace, patch

  /// The name on the wire; empty for `.other`.
  public var name: StaticString {
    switch self {
    case .other: ""
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .delete: "DELETE"
    case .connect: "CONNECT"
    case .options: "OPTIONS"
    case .trace: "TRACE"
    case .patch: "PATCH"
    }
  }

  /// Sent twice it has the effect of once (RFC 9110 §9.2.2). Nothing is assumed of unknown methods.
  public var isIdempotent: Bool {
    switch self {
    case .get, .head, .put, .delete, .options, .trace: true
    case .other, .post, .connect, .patch: false
    }
  }

  /// Asks for no change of state (RFC 9110 §9.2.1).
  public var isSafe: Bool {
    switch self {
    case .get, .head, .options, .trace: true
    case .other, .post, .put, .delete, .connect, .patch: false
    }
  }
}
