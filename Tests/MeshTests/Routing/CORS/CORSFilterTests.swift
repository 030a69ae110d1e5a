import HTTP
import Mesh
import Primitives
import Testing

@Suite struct CORSFilterTests {
  private func settings(
    _ origins: [String], methods: [String] = [], headers: [String] = [], expose: [String] = [],
    credentials: Bool = false
  ) -> CORSFilter {
    var settings = CORSSettings()
    settings.allowOrigins = origins.compactMap { CORSOrigin($0) }
    settings.allowMethods = methods
    settings.allowHeaders = headers
    settings.exposeHeaders = expose
    settings.allowCredentials = credentials
    settings.maxAge = .milliseconds(1_999)
    return CORSFilter(settings)
  }

  private func lines(of head: borrowing MessageHead) -> [String] {
    var lines: [String] = []
    for index in head.fields.indices where !head.fields[index].isRemoved {
      let field = head.fields[index]
      lines.append("\(head.text(of: field.name)): \(head.text(of: field.value))")
    }
    return lines
  }

  private let ask = [
    ("Origin", "https://a.b"), ("Access-Control-Request-Method", "PUT"),
    ("Access-Control-Request-Headers", "x-a,authorization"),
  ]

  private func preflight(_ filter: CORSFilter, _ headers: [(String, String)]? = nil) throws -> [String] {
    var request = MessageHead()
    try RequestSample(method: "OPTIONS", headers: headers ?? ask).read(into: &request)
    let verdict = filter.judge(request)
    #expect(verdict.isPreflight)
    var response = MessageHead()
    filter.answer(verdict, request, &response)
    let status = response.status
    #expect(status == 204)
    return lines(of: response)
  }

  private let vary = "vary: access-control-request-method, access-control-request-headers"

  @Test func preflights() throws {
    #expect(
      try preflight(settings(["*"], methods: ["GET", "PUT"], headers: ["x-a"], expose: ["x-b"])) == [
        "access-control-allow-origin: *", vary, "access-control-allow-methods: GET, PUT",
        "access-control-allow-headers: x-a", "access-control-max-age: 1",
      ])
    #expect(
      try preflight(settings(["https://a.b"], methods: ["*"], headers: ["*"], credentials: true)) == [
        "vary: origin", "access-control-allow-origin: https://a.b", "access-control-allow-credentials: true",
        vary,
        "access-control-allow-methods: PUT", "access-control-allow-headers: x-a,authorization",
        "access-control-max-age: 1",
      ])
    #expect(
      try preflight(settings(["*"], headers: ["*"]), [ask[0], ask[1]]) == [
        "access-control-allow-origin: *", vary, "access-control-max-age: 1",
      ])
    #expect(try preflight(settings(["https://c"], methods: ["*"], headers: ["*"])) == ["vary: origin", vary])
  }

  @Test func onlyPreflightsAreAnswered() throws {
    let filter = settings(["*"])
    for (method, headers) in [
      ("GET", ask), ("OPTIONS", [ask[0]]), ("OPTIONS", [ask[1]]), ("OPTIONS", []),
    ] {
      var request = MessageHead()
      try RequestSample(method: method, headers: headers).read(into: &request)
      #expect(!filter.judge(request).isPreflight)
    }
  }

  private func answer(
    _ filter: CORSFilter, origin: String?, type: StaticString = "text/plain", removesOrigin: Bool = false
  ) throws -> [String] {
    var request = MessageHead()
    try RequestSample(headers: origin.map { [("Origin", $0)] } ?? []).read(into: &request)
    let verdict = filter.judge(request)
    if removesOrigin { request.remove(named: "origin") }
    var response = MessageHead()
    response.reset(status: 200)
    response.append(.contentType, type)
    response.append(name: "Access-Control-Allow-Origin", value: "*")
    response.append(name: "access-control-allow-credentials", value: "true")
    response.append(name: "access-control-expose-headers", value: "x-z")
    filter.apply(verdict, request, to: &response)
    return Array(lines(of: response).dropFirst())
  }

  @Test func answers() throws {
    #expect(
      try answer(settings(["*"], expose: ["x-a", "x-b"]), origin: "https://a") == [
        "access-control-allow-origin: *", "access-control-expose-headers: x-a, x-b",
      ])
    let some = settings(["https://a", "https://*.b"], credentials: true)
    #expect(
      try answer(some, origin: "https://x.b", removesOrigin: true) == [
        "vary: origin", "access-control-allow-origin: https://x.b", "access-control-allow-credentials: true",
      ])
    #expect(try answer(some, origin: "https://c") == ["vary: origin"])
    #expect(try answer(some, origin: nil) == ["vary: origin"])
    #expect(
      try answer(settings(["*"], credentials: true), origin: "https://c") == [
        "vary: origin", "access-control-allow-origin: https://c", "access-control-allow-credentials: true",
      ])
  }

  @Test func clientsOfGRPCWebMayReadTheStatus() throws {
    func exposed(_ names: [String], _ type: StaticString) throws -> String? {
      try answer(settings(["*"], expose: names), origin: "https://a", type: type).last
    }
    let field = "access-control-expose-headers: "
    #expect(
      try exposed([], "application/grpc-web+proto") == field
        + "grpc-status, grpc-message, grpc-status-details-bin")
    #expect(
      try exposed(["x-a", "Grpc-Status"], "application/grpc-web-text")
        == field + "x-a, Grpc-Status, grpc-message, grpc-status-details-bin")
    #expect(try exposed(["*"], "application/grpc-web") == field + "*")
    #expect(try exposed([], "application/grpc") == "access-control-allow-origin: *")
  }

  /// A preflight says OPTIONS, and means the request that follows.
  @Test func aPreflightFindsTheRuleOfItsRequest() throws {
    func rule(_ method: String, cors: Bool, _ headers: [(String, String)]) throws -> Bool {
      let filter = cors ? settings(["*"]) : nil
      let rule = RouteRule(index: 0, routeName: "r", ruleName: "0", cors: filter)
      let table = RouteTable(
        [RouteDefinition(rules: [RouteDefinition.Rule(rule, matches: [RouteMatch(method: method)])])], seed: 1
      )
      return try RequestSample(method: "OPTIONS", headers: headers).rule(in: table) != nil
    }
    #expect(try rule("PUT", cors: true, ask))
    #expect(try !rule("PUT", cors: false, ask))
    #expect(try !rule("POST", cors: true, ask))
    #expect(try !rule("PUT", cors: true, [ask[1]]))
    #expect(try !rule("PUT", cors: true, [ask[0]]))
    #expect(try rule("OPTIONS", cors: true, [ask[0]]))
    #expect(try rule("PURGE", cors: true, [ask[0], ("Access-Control-Request-Method", "PURGE")]))
  }
}
