public import Primitives

extension MessageHead {
  /// The code in a response's head, where it is a trailers-only response, or in its trailers. Nil where there is no
  /// `grpc-status`; one that is no number is `.unknown`.
  public var grpcCode: GRPCCode? {
    guard let value = value(of: .grpcStatus) else { return nil }
    return GRPCCode(status: bytes(of: value)) ?? .unknown
  }

  /// What `grpc-timeout` says; nil where it is not there or not readable.
  public var grpcTimeout: Interval? {
    guard let value = value(of: .grpcTimeout) else { return nil }
    return GRPCTimeout.parse(bytes(of: value))
  }

  /// What `grpc-retry-pushback-ms` in trailers says: how long to leave the service alone before another try (gRPC's
  /// proposal A6). Nil where it is not there; the longest of times where it is below zero or not readable, which is
  /// to say: no retry.
  public var grpcPushback: Interval? {
    guard let value = value(named: "grpc-retry-pushback-ms") else { return nil }
    let digits = bytes(of: value)
    guard digits.count > 0, digits.count <= 10 else { return GRPCTimeout.longest }
    var number: Int64 = 0
    for i in digits.indices {
      guard digits[i].isDigit else { return GRPCTimeout.longest }
      number = number * 10 + Int64(digits[i] &- 0x30)
    }
    return min(.milliseconds(number), GRPCTimeout.longest)
  }

  /// Tells the next hop how long is left of the caller's time.
  public mutating func setGRPCTimeout(_ left: Interval) {
    set(.grpcTimeout) { GRPCTimeout.append(left, to: &$0) }
  }

  /// Makes a trailers-only response of the proxy's own: 200, the status in the head, no body (PROTOCOL-HTTP2.md).
  ///
  /// Clients of gRPC-Web read the status from the head, too.
  /// - Parameters:
  ///   - kind: how the client spoke; not `.none`.
  ///   - message: for people, as UTF-8 that is not encoded yet; may be empty.
  public mutating func reset(grpc code: GRPCCode, kind: GRPCKind, message: Span<UInt8>) {
    reset(status: 200)
    framing = .length(0)
    append(.contentType, kind.contentType)
    append(.grpcStatus) { $0.append(decimal: UInt64(code.rawValue)) }
    if message.isEmpty { return }
    append(name: "grpc-message") { GRPCMessage.appendEncoded(message, to: &$0) }
  }
}
