public import Policy

extension WorkerMetrics {
  /// A policy has decided. One counter for each decision of each slot.
  public func decided(_ verdict: AuthorizationVerdict) {
    counters.add(1, at: place(of: verdict))
  }

  func place(of verdict: AuthorizationVerdict) -> Int {
    firstAuthorization + verdict.slot * Self.authorizationStride + Int(verdict.decision.rawValue)
  }

  static var authorizationStride: Int { AuthorizationVerdict.Decision.allCases.count }
}
