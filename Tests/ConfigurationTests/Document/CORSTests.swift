import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct CORSTests {
  private func cors(_ text: String) -> String {
    "routes:\n- name: r\n  rules:\n  - {filters: [{type: CORS, cors: {\(text)}}], backendRefs: [{name: web}]}\n"
      + service
  }

  @Test func aWholeFilter() throws {
    let text = cors(
      "allowOrigins: ['https://a', 'https://*.b:8443'], allowMethods: [GET, PUT], allowHeaders: [x-a], "
        + "exposeHeaders: [x-b], allowCredentials: true, maxAge: 600")
    #expect(diagnostics(text) == [])
    let settings = try #require(load(text).snapshot?.routes.rules[0].cors?.settings)
    #expect(settings.allowOrigins.map(\.text) == ["https://a", "https://*.b:8443"])
    #expect(settings.allowMethods == ["GET", "PUT"] && settings.allowHeaders == ["x-a"])
    #expect(
      settings.exposeHeaders == ["x-b"] && settings.allowCredentials && settings.maxAge == .seconds(600))
    let short = try #require(load(cors("allowOrigins: ['*']")).snapshot?.routes.rules[0].cors?.settings)
    #expect(short.maxAge == .seconds(5) && !short.allowCredentials && short.allowOrigins.map(\.text) == ["*"])
    #expect(load(service).snapshot?.routes.rules[0].cors == nil)
  }

  @Test func mistakesAreNamed() {
    let at = "routes[0].rules[0].filters[0].cors"
    let forms = "(valid: https://shop.example, https://*.shop.example, https://shop.example:8443, *)"
    let cases: [(String, [String])] = [
      ("", ["f:4:35: warning: \(at).allowOrigins: is missing: no origin is allowed"]),
      ("allowOrigins: [a.b]", ["f:4:51: \(at).allowOrigins[0]: `a.b` is no origin \(forms)"]),
      (
        "allowOrigins: ['https://a', '*']",
        ["f:4:64: \(at).allowOrigins[1]: `*` stands for all: it must be alone"]
      ),
      (
        "allowOrigins: ['*'], allowMethods: [get]",
        [
          "f:4:72: \(at).allowMethods[0]: unknown method `get` (did you mean `GET`? valid: GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH, *)"
        ]
      ),
      (
        "allowOrigins: ['*'], allowHeaders: ['x a']",
        ["f:4:72: \(at).allowHeaders[0]: `x a` is no header name"]
      ),
      (
        "allowOrigins: ['*'], exposeHeaders: ['*'], allowCredentials: true",
        [
          "f:4:72: \(at).exposeHeaders: with `allowCredentials` browsers read `*` as a name: list the fields by theirs"
        ]
      ),
      (
        "allowOrigins: ['*'], maxAge: 0", ["f:4:65: \(at).maxAge: 0 is out of range (valid: 1 to 2147483647)"]
      ),
      (
        "allowOrigin: ['*']",
        [
          "f:4:36: \(at): unknown field `allowOrigin` (did you mean `allowOrigins`? valid: allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge)"
        ]
      ),
    ]
    for (text, expected) in cases { #expect(diagnostics(cors(text)) == expected, "\(text)") }
  }
}
