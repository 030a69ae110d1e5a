public import Policy

extension WorkerMetrics {
  /// A policy has decided. One counter for each decision of each slot.
  public func decided(_ verdict: AuthorizationVerdict) {
    authorizations.add(1, row: verdict.slot, Int(verdict.decision.rawValue))
  }

  static var authorizationStride: Int { AuthorizationVerdict.Decision.allCases.count }
}
