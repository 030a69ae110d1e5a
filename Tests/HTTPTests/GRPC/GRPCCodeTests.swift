import HTTP
import Testing

@Suite struct GRPCCodeTests {
  @Test func readsStatuses() {
    let cases: [(String, GRPCCode?)] = [
      ("0", .ok), ("1", .cancelled), ("2", .unknown), ("4", .deadlineExceeded), ("8", .resourceExhausted),
      ("13", .internal), ("14", .unavailable), ("16", .unauthenticated), ("014", .unavailable),
      ("17", .unknown), ("256", .unknown), ("4294967295", .unknown), ("12345678901", nil), ("", nil),
      ("-1", nil), ("1 ", nil), ("OK", nil), ("1.0", nil),
    ]
    for (text, code) in cases { #expect(GRPCCode(status: Array(text.utf8).span) == code, "\(text)") }
    for code in GRPCCode.allCases {
      #expect(GRPCCode(status: Array(String(code.rawValue).utf8).span) == code)
    }
    #expect(GRPCCode.allCases.count == 17)
    #expect(Set(GRPCCode.allCases.map(\.name.description)).count == 17)
  }

  /// http-grpc-status-mapping.md, whole.
  @Test func mapsStatusesOfHTTP() {
    let cases: [(Int, GRPCCode)] = [
      (400, .internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
      (429, .unavailable), (502, .unavailable), (503, .unavailable), (504, .unavailable),
      (200, .unknown), (301, .unknown), (405, .unknown), (500, .unknown), (505, .unknown),
    ]
    for (status, code) in cases { #expect(GRPCCode(httpStatus: status) == code, "\(status)") }
  }

  /// What is a failure of the endpoint's, for those who judge by HTTP's statuses: Envoy's table.
  @Test func hasAStatusOfHTTP() {
    let failures = GRPCCode.allCases.filter { $0.httpStatus >= 500 }
    #expect(failures == [.unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss])
    #expect(GRPCCode.ok.httpStatus == 200)
  }

  /// PROTOCOL-HTTP2.md, "Errors".
  @Test func mapsResets() {
    let others: [HTTP2ErrorCode: GRPCCode] = [
      .refusedStream: .unavailable, .cancel: .cancelled, .enhanceYourCalm: .resourceExhausted,
      .inadequateSecurity: .permissionDenied,
    ]
    for code in HTTP2ErrorCode.allCases { #expect(GRPCCode(reset: code) == others[code] ?? .internal) }
  }
}
