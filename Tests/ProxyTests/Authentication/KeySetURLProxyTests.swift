import Foundation
import Telemetry
import Testing
import TokenMaker

/// Tokens whose keys are to be fetched, in a proxy that has nobody to fetch them.
@Suite struct KeySetURLProxyTests {
  private let origin = Origin.mirror()

  private func proxy(mode: String) throws -> TestProxy {
    try TestProxy(
      """
      jwt:
        providers:
        - {name: idp, issuer: idp, audiences: [shop], jwks: {url: "https://127.0.0.1:1/keys"}}
      routes:
      - name: all
        hostnames: [test]
        rules: [{backendRefs: [{name: origin}]}]
        jwt: {mode: \(mode)}
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
  }

  private func bearer(_ claims: String) -> String {
    let parts = ["{\"alg\":\"ES256\"}", claims].map { TokenMaker.encode(Array($0.utf8)) }
    return "Authorization: Bearer \(parts.joined(separator: ".")).AAAA\r\n"
  }

  @Test(arguments: ["required", "optional"])
  func nobodyCanTellYet(mode: String) throws {
    let proxy = try proxy(mode: mode)
    let later = Int(Date().timeIntervalSince1970) + 600
    let answer = try proxy.get(headers: bearer("{\"iss\":\"idp\",\"aud\":\"shop\",\"exp\":\(later)}"))
    #expect(answer.status == 503 && answer.text == "apus: keys of the token issuer are not there yet\n")
    #expect(answer.values("www-authenticate") == [])
    #expect(
      answer["proxy-status"]
        == "apus;error=proxy_internal_response;details=\"keys of the token issuer are not there yet\"")
    #expect(origin.connections == 0 && proxy.comesToRest)
    #expect(proxy.metrics[.tokenKeysMissing] == 1)
  }

  /// Others are not held up by it.
  @Test func whatNeedsNoKeyIsAnswered() throws {
    let proxy = try proxy(mode: "optional")
    #expect(try proxy.get().status == 200)
    let expired = bearer("{\"iss\":\"idp\",\"aud\":\"shop\",\"exp\":1}")
    let another = bearer("{\"iss\":\"x\",\"aud\":\"shop\",\"exp\":1}")
    for bad in [expired, another] { #expect(try proxy.get(headers: bad).status == 401) }
    #expect(try self.proxy(mode: "required").get().status == 401)
  }
}
