internal import Client
internal import HTTP

/// Why etcd has not done what it was asked for.
struct EtcdFailure: Error, Equatable, Sendable {
  enum Kind: Sendable {
    /// Another member, or the same one later, may do it.
    case unavailable
    /// What was asked of the past is not there any more.
    case compacted
    /// The answer is larger than is taken.
    case tooLarge
    /// The lease that was named is none, or none any more.
    case noLease
    /// It was asked for something that it will not do: the same question has the same answer.
    case refused
  }

  let kind: Kind
  /// For people.
  let reason: String
  /// Another member has not been asked yet since this one, or those before it, have failed.
  var leavesOthers = false
  /// Whatever is asked: it is about who asks.
  var isOfCredentials = false

  init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// etcd tells apart by its words what gRPC's codes do not (etcd's rpctypes/error.go).
  init(_ outcome: GRPCOutcome) {
    reason = outcome.code == .ok ? "etcd has ended the stream" : outcome.description
    kind =
      switch outcome.code {
      case .outOfRange where outcome.message.contains("compacted"): .compacted
      case .notFound where outcome.message.contains("lease not found"): .noLease
      // Ours, or that of gRPC's library on the other side.
      case .resourceExhausted
      where outcome.failure == nil
        && (outcome.message.contains("more than") || outcome.message.contains("larger than max")):
        .tooLarge
      case _ where outcome.isInvalidToken: .unavailable
      case .invalidArgument, .permissionDenied, .failedPrecondition, .outOfRange, .notFound, .alreadyExists,
        .unauthenticated, .unimplemented:
        .refused
      default: .unavailable
      }
  }

  /// An answer that is none.
  static func garbage(_ reason: StaticString) -> EtcdFailure {
    EtcdFailure(.unavailable, "the answer is no message of etcd's: \(reason)")
  }
}

extension GRPCOutcome {
  /// The token is not known any more: it has expired, who was asked has been restarted, or users and roles are others.
  var isInvalidToken: Bool {
    code == .unauthenticated && message.contains("invalid auth token")
      || code == .invalidArgument && message.contains("revision of auth store is old")
  }
}
