extension ErrorReason {
  /// The details where the endpoint has taken nothing of a request, which would have gone elsewhere but for its body: more of
  /// it had left than is held. Nil where the reason is another.
  /// - Parameter isRefused: by REFUSED_STREAM, where the stream was reset.
  public func detailsOfLongBody(isRefused: Bool) -> StaticString? {
    switch self {
    case .upstreamStreamReset where isRefused:
      "endpoint reset the stream: REFUSED_STREAM, and the request body exceeds replayBound"
    case .upstreamGoAway:
      "endpoint closed the connection before it took the request, and the request body exceeds replayBound"
    default: nil
    }
  }
}
