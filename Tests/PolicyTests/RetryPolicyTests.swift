import Policy
import Testing

@Suite struct RetryPolicyTests {
  /// Which outcomes each condition covers: Envoy's table.
  @Test(arguments: Self.table)
  func conditionsCover(_ conditions: RetryConditions, _ covered: [String]) {
    let policy = RetryPolicy(conditions: conditions)
    #expect(Self.outcomes.filter { policy.covers($0.1) }.map(\.0) == covered)
  }

  private static let table: [(RetryConditions, [String])] = [
    (.connectFailure, ["connect", "refused"]),
    (.refused, ["refused"]),
    (.reset, ["connect", "refused", "stale", "reset", "timeout"]),
    (.gatewayError, ["connect", "refused", "stale", "reset", "timeout", "502", "503", "504"]),
    (
      .serverError,
      ["connect", "refused", "stale", "reset", "timeout", "500", "501", "502", "503", "504", "505", "599"]
    ),
    (.retriable4xx, ["409"]),
    ([], []),
    ([.connectFailure, .retriable4xx], ["connect", "refused", "409"]),
  ]

  @Test func singleStatusesAreOnlyResponses() {
    let policy = RetryPolicy(conditions: [], statuses: [503, 429, 508])
    #expect(Self.outcomes.filter { policy.covers($0.1) }.map(\.0) == ["429", "503", "508"])
  }

  private static let outcomes: [(String, AttemptOutcome)] =
    [
      ("connect", .connectFailure), ("refused", .refused), ("stale", .staleConnection), ("reset", .reset),
      ("timeout", .timeout),
    ]
    + [200, 301, 400, 404, 408, 409, 425, 429, 499, 500, 501, 502, 503, 504, 505, 508, 599, 600].map {
      ("\($0)", .response(status: $0, retryAfter: nil))
    }
}
