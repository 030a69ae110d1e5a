import HTTP
import Primitives
import Telemetry
import Testing

struct ErrorReasonTests {
  /// RFC 9209, sections 2.3.1 to 2.3.32.
  private static let registered: Set<String> = [
    "dns_timeout", "dns_error", "destination_not_found", "destination_unavailable",
    "destination_ip_prohibited",
    "destination_ip_unroutable", "connection_refused", "connection_terminated", "connection_timeout",
    "connection_read_timeout", "connection_write_timeout", "connection_limit_reached", "tls_protocol_error",
    "tls_certificate_error", "tls_alert_received", "http_request_error", "http_request_denied",
    "http_response_incomplete", "http_response_header_section_size", "http_response_header_size",
    "http_response_body_size", "http_response_trailer_section_size", "http_response_trailer_size",
    "http_response_transfer_coding", "http_response_content_coding", "http_response_timeout",
    "http_upgrade_failed",
    "http_protocol_error", "proxy_internal_response", "proxy_internal_error", "proxy_configuration_error",
    "proxy_loop_detected",
  ]

  @Test(arguments: ErrorReason.allCases)
  func everyReasonIsWellFormed(_ reason: ErrorReason) {
    #expect(Self.registered.contains(reason.proxyError.description))
    #expect(reason == .none || (400...599).contains(reason.status))
    #expect(reason.details.description.utf8.allSatisfy { $0 >= 32 && $0 < 127 && $0 != 34 && $0 != 92 })
    #expect(reason.name.description.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || $0 == 95 })
  }

  @Test func namesDiffer() {
    #expect(Set(ErrorReason.allCases.map(\.name.description)).count == ErrorReason.allCases.count)
    #expect(Set(ErrorReason.allCases.map(\.details.description)).count == ErrorReason.allCases.count)
    // The metrics' row has room for so many.
    #expect(ErrorReason.allCases.count <= 64)
    #expect(ErrorReason.allCases.map { Int($0.rawValue) } == Array(0..<ErrorReason.allCases.count))
  }

  @Test func proxyStatusNamesTheReason() {
    #expect(
      text { ErrorReason.connectTimeout.appendProxyStatus(to: &$0) }
        == "apus;error=connection_timeout;details=\"connecting to the endpoint took too long\"")
    #expect(
      text { ErrorReason.malformedRequest.appendProxyStatus(details: "two Host fields", to: &$0) }
        == "apus;error=http_request_error;details=\"two Host fields\"")
  }

  @Test func upstreamReasonsAreTheEndpointsFault() {
    #expect(ErrorReason.upstreamReset.isUpstream && ErrorReason.connectFailed.isUpstream)
    #expect(ErrorReason.upgradeFailed.isUpstream && !ErrorReason.outOfDescriptors.isUpstream)
    #expect(
      !ErrorReason.noRoute.isUpstream && !ErrorReason.downstreamLeft.isUpstream
        && !ErrorReason.none.isUpstream)
  }

  /// It was us who lost patience, not the client who left.
  @Test func aStalledClientIsNotOneThatLeft() {
    let reason = ErrorReason.downstreamStalled
    #expect(reason.name.description == "downstream_stalled" && reason.flag.description == "SI")
    #expect(reason.proxyError.description == "connection_write_timeout" && !reason.isUpstream)
  }

  @Test(arguments: HTTPError.allCases)
  func requestsAreRefusedWithTheirErrorsStatus(_ error: HTTPError) {
    let reason = ErrorReason(request: error)
    if reason != .downstreamLeft && error.status != 502 { #expect(reason.status == error.status) }
    #expect(!reason.isUpstream)
  }

  @Test(arguments: HTTPError.allCases)
  func responsesThatAreNonsenseBecome502(_ error: HTTPError) {
    let reason = ErrorReason(response: error)
    #expect(reason.status == 502 && reason.isUpstream)
    #expect(error.reason.description.utf8.allSatisfy { $0 >= 32 && $0 < 127 && $0 != 34 && $0 != 92 })
  }
}
