internal import HTTP

/// How an access log line is written, compiled once: JSON, our text line, or a format string with Envoy's
/// operators. Immutable; all workers share its tables.
///
/// Operators: `%START_TIME%`, `%REQ(NAME?OTHER):LENGTH%`, `%RESP(NAME?OTHER):LENGTH%` (a header field; `:METHOD`,
/// `:PATH` and `:AUTHORITY` too), `%PROTOCOL%`, `%RESPONSE_CODE%`, `%GRPC_STATUS_NUMBER%`,
/// `%RESPONSE_CODE_DETAILS%` (the reason's name), `%REASON%` (in words), `%RESPONSE_FLAGS%`, `%BYTES_RECEIVED%`, `%BYTES_SENT%`, `%DURATION%` and
/// `%WAITING_DURATION%`, `%CONNECTING_DURATION%`, `%UPSTREAM_DURATION%`, `%BACKOFF_DURATION%` (milliseconds with
/// three decimals), `%ROUTE_NAME%`, `%RULE_NAME%`, `%UPSTREAM_CLUSTER%`, `%UPSTREAM_HOST%`,
/// `%UPSTREAM_REQUEST_ATTEMPT_COUNT%`, `%TRACE_ID%`, `%SPAN_ID%`, `%TRACE_SAMPLED%`,
/// `%DOWNSTREAM_REMOTE_ADDRESS%`, `%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%`, `%DOWNSTREAM_PEER_IDENTITY%` (as its
/// certificate says: SPIFFE ID, DNS name or subject), `%AUTHORIZATION%` (`allowed`, `denied` or `would_deny`),
/// `%AUTHORIZATION_RULE%`, `%DOWNSTREAM_TLS_VERSION%`, `%DOWNSTREAM_TLS_CIPHER%`, `%REQUESTED_SERVER_NAME%`, `%DOWNSTREAM_PEER_URI_SAN%`,
/// `%DOWNSTREAM_PEER_SUBJECT%`, `%UPSTREAM_TLS_VERSION%`, `%UPSTREAM_PEER_URI_SAN%`, `%UPSTREAM_PEER_SUBJECT%`; `%%` is a percent sign. What is
/// not there is `-` (`null` in JSON).
public struct AccessLogFormat: Sendable {
  internal struct Item {
    /// What stands before the value, in `texts`.
    var before = ByteRange.empty
    /// `literal`: no value; only the last item.
    var field: AccessLogField
    /// What is taken where the first is not there.
    var otherField = AccessLogField.literal
    /// At most so many bytes of the value.
    var limit = UInt32.max
    /// A header field's name in lower case, in `texts`.
    var name = ByteRange.empty
    var otherName = ByteRange.empty
  }

  internal let items: [Item]
  internal let texts: [UInt8]
  internal let isJSON: Bool

  /// The operators' names, `START_TIME` or `REQ(NAME)`.
  public static var operators: [String] {
    AccessLogField.allCases.compactMap(\.operatorName) + ["REQ(NAME)", "RESP(NAME)"]
  }

  /// All that is wrong with a format string, in its order.
  public static func faults(in text: String) -> [AccessLogFormatError] {
    var compiler = AccessLogCompiler()
    if text != "json", text != "text" { compiler.compile(text) }
    return compiler.faults
  }

  /// `json`, `text`, or a format string; a line feed ends each line, whether or not the string has one. Throws the
  /// first of its `faults`.
  public init(_ text: String) throws(AccessLogFormatError) {
    var compiler = AccessLogCompiler()
    isJSON = text == "json"
    if isJSON {
      compiler.compileJSON()
    } else {
      compiler.compile(text == "text" ? Self.textLine : text)
    }
    if let fault = compiler.faults.first { throw fault }
    compiler.literal("\n")
    compiler.end()
    items = compiler.items
    texts = compiler.texts
  }

  public static let textLine = """
    [%START_TIME%] "%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% \
    %RESPONSE_CODE_DETAILS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% waiting=%WAITING_DURATION% \
    connecting=%CONNECTING_DURATION% upstream=%UPSTREAM_DURATION% backoff=%BACKOFF_DURATION% \
    attempts=%UPSTREAM_REQUEST_ATTEMPT_COUNT% route=%ROUTE_NAME% rule=%RULE_NAME% \
    service=%UPSTREAM_CLUSTER% endpoint=%UPSTREAM_HOST% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" \
    "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" %TRACE_ID% %DOWNSTREAM_REMOTE_ADDRESS% \
    tls=%DOWNSTREAM_TLS_VERSION% sni=%REQUESTED_SERVER_NAME% identity="%DOWNSTREAM_PEER_IDENTITY%" \
    authorization=%AUTHORIZATION% authorization_rule=%AUTHORIZATION_RULE% \
    upstream_tls=%UPSTREAM_TLS_VERSION% upstream_identity="%UPSTREAM_PEER_URI_SAN%"
    """
}
