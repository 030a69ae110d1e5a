import Testing

/// Trace context through the whole proxy: what came in goes out, with a new span id for every attempt.
@Suite struct TraceHeaderTests {
  static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
  static let spanID = "00f067aa0ba902b7"
  static let parent = "traceparent: 00-\(traceID)-\(spanID)-01\r\n"

  /// The request that the endpoint got.
  private func seen(_ headers: String, propagation: String = "[]", sampling: String = "0%") throws -> Message
  {
    let origin = Origin.mirror()
    let proxy = try TestProxy(
      to: origin.port, settings: "tracing: {propagation: \(propagation), sampling: \(sampling)}")
    return try proxy.get(headers: headers).mirrored
  }

  private static func isHex(_ text: Substring, _ count: Int) -> Bool {
    text.utf8.count == count && text.allSatisfy { "0123456789abcdef".contains($0) }
      && text.contains { $0 != "0" }
  }

  @Test(arguments: ["00", "01", "03"]) func w3cIsContinued(_ flags: String) throws {
    let headers =
      "traceparent: 00-\(Self.traceID)-\(Self.spanID)-\(flags)\r\ntracestate: a=1,b=2\r\nbaggage: user=x;p=q, k=v\r\n"
    let request = try seen(headers, propagation: "[w3c]")
    let parts = try #require(request["traceparent"]).split(separator: "-")
    #expect(request.values("traceparent").count == 1)
    #expect(parts.count == 4)
    #expect(parts[0] == "00")
    #expect(parts[1] == Self.traceID)
    #expect(parts[2] != Self.spanID)
    #expect(Self.isHex(parts[2], 16))
    #expect(parts[3] == flags)
    #expect(request.values("tracestate") == ["a=1,b=2"])
    #expect(request.values("baggage") == ["user=x;p=q, k=v"])
  }

  /// What came in goes out where it is not configured too.
  @Test func w3cIsContinuedUnasked() throws {
    #expect(try seen(Self.parent)["traceparent"]?.contains(Self.traceID) == true)
  }

  @Test(arguments: [
    "00-\(traceID)-0000000000000000-01", "00-00000000000000000000000000000000-\(spanID)-01",
    "ff-\(traceID)-\(spanID)-01", "00-\(traceID.uppercased())-\(spanID)-01", "00-\(traceID)-\(spanID)-01-x",
    "00-\(traceID)-\(spanID)", "x",
  ]) func aBadTraceparentRestartsTheTrace(_ value: String) throws {
    let request = try seen(
      "traceparent: \(value)\r\ntracestate: a=1\r\nbaggage: k=v\r\n", propagation: "[w3c]")
    let parts = try #require(request["traceparent"]).split(separator: "-")
    #expect(request.values("traceparent").count == 1)
    #expect(Self.isHex(parts[1], 32))
    #expect(parts[1] != Self.traceID)
    #expect(request["tracestate"] == nil)
    #expect(request["baggage"] == "k=v")
  }

  @Test func twoTraceparentsAreNone() throws {
    let request = try seen(Self.parent + Self.parent, propagation: "[w3c]")
    #expect(request.values("traceparent").count == 1)
    #expect(request["traceparent"]?.contains(Self.traceID) == false)
  }

  @Test func tracestateAloneIsDropped() throws {
    #expect(try seen("tracestate: a=1\r\n", propagation: "[w3c]")["tracestate"] == nil)
  }

  @Test func withoutAnyATraceBeginsAsConfigured() throws {
    let w3c = try seen("", propagation: "[w3c]", sampling: "100%")
    #expect(w3c["traceparent"]?.hasSuffix("-03") == true)
    #expect(w3c["b3"] == nil)
    let unsampled = try seen("", propagation: "[w3c]")
    #expect(unsampled["traceparent"]?.hasSuffix("-02") == true)
    let all = try seen("", propagation: "[w3c, b3, b3multi, jaeger]", sampling: "100%")
    let id = try #require(all["traceparent"]).split(separator: "-")[1]
    #expect(all["b3"]?.hasPrefix(id) == true)
    #expect(all["x-b3-traceid"] == String(id))
    #expect(all["uber-trace-id"]?.hasPrefix(id) == true)
    let none = try seen("")
    for name in ["traceparent", "b3", "x-b3-traceid", "uber-trace-id"] { #expect(none[name] == nil) }
  }

  @Test func singleB3IsContinued() throws {
    let request = try seen("b3: \(Self.traceID)-\(Self.spanID)-1-05e3ac9a4f6e3b90\r\n")
    let parts = try #require(request["b3"]).split(separator: "-")
    #expect(parts[0] == Self.traceID)
    #expect(parts[1] != Self.spanID)
    #expect(parts[2] == "1")
    #expect(request["traceparent"] == nil)
  }

  @Test func multiB3IsContinued() throws {
    let request = try seen(
      "X-B3-TraceId: \(Self.spanID)\r\nX-B3-SpanId: 05e3ac9a4f6e3b90\r\nX-B3-ParentSpanId: \(Self.spanID)\r\nX-B3-Sampled: 0\r\n"
    )
    #expect(request.values("x-b3-traceid") == [Self.spanID])
    #expect(request.values("x-b3-spanid").count == 1)
    #expect(request["x-b3-spanid"] != "05e3ac9a4f6e3b90")
    #expect(request.values("x-b3-parentspanid").count == 1)
    #expect(request["x-b3-parentspanid"] != Self.spanID)
    #expect(request.values("x-b3-sampled") == ["0"])
    #expect(request["b3"] == nil)
  }

  @Test func jaegerIsContinued() throws {
    let request = try seen("uber-trace-id: \(Self.traceID):\(Self.spanID):0:1\r\nuberctx-user: x\r\n")
    let parts = try #require(request["uber-trace-id"]).split(separator: ":")
    #expect(parts.count == 4)
    #expect(parts[0] == Self.traceID)
    #expect(parts[1] != Self.spanID)
    #expect(parts[3] == "1")
    #expect(request["uberctx-user"] == "x")
  }

  /// The id of one attempt is not that of the next; the trace is one.
  @Test(arguments: [
    parent, "b3: \(traceID)-\(spanID)-1\r\n", "X-B3-TraceId: \(traceID)\r\nX-B3-SpanId: \(spanID)\r\n",
    "uber-trace-id: \(traceID):\(spanID):0:1\r\n",
  ]) func everyAttemptHasASpanOfItsOwn(_ headers: String) throws {
    let attempts = Noted<String>()
    let origin = Origin { request in
      let trace = ["traceparent", "b3", "x-b3-traceid", "x-b3-spanid", "uber-trace-id"].compactMap {
        request[$0]
      }
      attempts.note(trace.joined(separator: "|"))
      return attempts.all.count % 3 == 0
        ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {attempts: 2, on: [\"503\"], backoff: {base: 1ms, max: 1ms}}",
      settings: "tracing: {propagation: [], sampling: 0%}")
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\(headers)\r\n")
      #expect(answer.status == 200)
    }
    #expect(attempts.all.count == 6)
    #expect(Set(attempts.all).count == 6)
    #expect(attempts.all.allSatisfy { $0.contains(Self.traceID) && !$0.contains(Self.spanID) })
  }

  @Test func answersCarryNone() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, settings: "tracing: {propagation: [w3c], sampling: 100%}")
    let answer = try proxy.get(headers: Self.parent)
    #expect(answer["traceparent"] == nil)
    #expect(answer["x-request-id"] == nil)
  }
}
