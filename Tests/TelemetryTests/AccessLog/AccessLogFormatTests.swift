import HTTP
import Primitives
import Telemetry
import Testing

struct AccessLogFormatTests {
  private func plain() -> MessageHead {
    request(
      target: Array("/v2/orders?id=1".utf8), authority: Array("orders:80".utf8),
      [(.userAgent, Array("curl \"x\"\\\u{1}ü".utf8)), (.xRequestID, Array("id-1".utf8))])
  }

  private func rendered(_ format: String) throws -> String {
    let head = plain()
    let response = MessageHead()
    return String(decoding: try line(format, head, entry(head), response: response), as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("plain text 100%%", "plain text 100%"), ("%START_TIME%", "2026-11-23T22:30:00.123Z"),
    ("\"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%\"", "\"GET /v2/orders?id=1 HTTP/1.1\""),
    ("%REQ(:AUTHORITY)%", "orders:80"), ("%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%", "/v2/orders?id=1"),
    ("%REQ(USER-AGENT)%", "curl \\x22x\\x22\\x5c\\x01\\xc3\\xbc"), ("%REQ(user-agent):4%", "curl"),
    ("%REQ(X-FORWARDED-FOR)%", "-"), ("%REQ(X-FORWARDED-FOR?X-REQUEST-ID)%", "id-1"), ("%RESP(SERVER)%", "-"),
    ("%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%", "503 UF,URX connect_timeout"),
    ("%REASON%", "connecting to the endpoint took too long"), ("%BYTES_RECEIVED%/%BYTES_SENT%", "12/345"),
    ("%DURATION%", "1234.567"),
    (
      "%WAITING_DURATION% %CONNECTING_DURATION% %UPSTREAM_DURATION% %BACKOFF_DURATION%",
      "0.001 20.000 30.050 0.000"
    ),
    ("%ROUTE_NAME% %RULE_NAME% %UPSTREAM_CLUSTER% %UPSTREAM_HOST%", "orders canary orders-v1 10.0.0.5:8080"),
    ("%UPSTREAM_REQUEST_ATTEMPT_COUNT%", "2"), ("%TRACE_ID%", "0000000000000abc0000000000000001"),
    ("%SPAN_ID% %TRACE_SAMPLED%", "0000000000000003 true"), ("%DOWNSTREAM_REMOTE_ADDRESS%", "127.0.0.1:4711"),
    ("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%\n", "127.0.0.1"),
  ])
  func operators(_ format: String, _ expected: String) throws {
    #expect(try rendered(format) == expected + "\n")
  }

  @Test func whatIsNotThereIsADash() throws {
    let head = request(method: "", target: [], authority: [], [])
    let response = MessageHead()
    var entry = AccessLogEntry(start: 0, target: head.target, peer: .unix(path: "/run/x"))
    entry.duration = .nanoseconds(-5)
    let format = """
      %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %REASON% %ROUTE_NAME% %UPSTREAM_HOST% %TRACE_ID% \
      %UPSTREAM_REQUEST_ATTEMPT_COUNT% %DURATION% %DOWNSTREAM_REMOTE_ADDRESS%
      """
    let text = String(decoding: try line(format, head, entry, response: response), as: UTF8.self)
    #expect(text == "- - - - - - - - 0 0.000 unix\n")
  }

  @Test func v6PeersHaveBrackets() throws {
    let head = plain()
    let response = MessageHead()
    var entry = entry(head)
    entry.peer = .v6(high: 0, low: 1, port: 80)
    let format = "%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"
    let text = String(decoding: try line(format, head, entry, response: response), as: UTF8.self)
    #expect(text == "[::1]:80 ::1\n")
  }

  @Test func textIsOneLineWithEverythingInIt() throws {
    let text = try rendered("text")
    #expect(
      text == """
        [2026-11-23T22:30:00.123Z] "GET /v2/orders?id=1 HTTP/1.1" 503 UF,URX connect_timeout 12 345 1234.567 \
        waiting=0.001 connecting=20.000 upstream=30.050 backoff=0.000 attempts=2 route=orders rule=canary \
        service=orders-v1 endpoint=10.0.0.5:8080 "-" "curl \\x22x\\x22\\x5c\\x01\\xc3\\xbc" "id-1" "orders:80" \
        0000000000000abc0000000000000001 127.0.0.1:4711 tls=- sni=- identity="spiffe://prod/web" \
        authorization=would_deny authorization_rule=web-reads upstream_tls=- upstream_identity="-"\n
        """)
  }

  @Test func envoysDefaultLineIsUnderstood() throws {
    let text = try rendered(
      #"""
      [%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% \#
      %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \#
      "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"
      """#)
    #expect(text.hasSuffix("\"id-1\" \"orders:80\" \"10.0.0.5:8080\"\n"))
  }

  @Test(arguments: [
    ("abc %NONSENSE%", 4), ("%", 0), ("%START_TIME", 0), ("a%%%", 3), ("%REQ()%", 0), ("%REQ(a b)%", 0),
    ("%REQ(:STATUS)%", 0), ("%RESP(:PATH)%", 0), ("%REQ(A):x%", 0), ("%REQ(A):0%", 0), ("%REQ(A)5%", 0),
    ("%REQ%", 0), ("%START_TIME(%s)%", 0), ("%REQ(A?)%", 0),
  ])
  func mistakesAreNamedWithTheirPlace(_ format: String, _ offset: Int) {
    do {
      _ = try AccessLogFormat(format)
      Issue.record("accepted: \(format)")
    } catch {
      #expect(error.offset == offset)
      #expect(!error.description.isEmpty)
    }
  }
}
