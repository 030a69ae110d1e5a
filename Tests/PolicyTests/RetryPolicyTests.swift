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
    (.cancelled, ["grpc 1"]),
    (.deadlineExceeded, ["grpc 4"]),
    (.resourceExhausted, ["grpc 8"]),
    (.internal, ["grpc 13"]),
    (.unavailable, ["grpc 14"]),
    (.grpc, ["grpc 1", "grpc 4", "grpc 8", "grpc 13", "grpc 14"]),
    ([], []),
    ([.connectFailure, .retriable4xx], ["connect", "refused", "409"]),
  ]

  @Test func conditionsAreBitsOfTheirOwn() {
    let all: [RetryConditions] = [
      .connectFailure, .reset, .refused, .serverError, .gatewayError, .retriable4xx, .cancelled,
      .deadlineExceeded, .internal, .resourceExhausted, .unavailable,
    ]
    #expect(Set(all).count == 11 && all.allSatisfy { $0.rawValue.nonzeroBitCount == 1 })
  }

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
    + (0...17).map { ("grpc \($0)", .grpcStatus($0, retryAfter: nil)) }
}
