import Foundation
import HTTP
import Identity
import Mesh
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import Configuration

/// `jwks.url`: keys that will be fetched.
@Suite struct KeySetURLTests {
  private func yaml(
    _ jwks: String, _ more: String = "routes: [{name: r, jwt: {}, rules: [{backendRefs: [{name: web}]}]}]\n"
  )
    -> String
  {
    "jwt: {providers: [{name: a, issuer: i, audiences: [x], jwks: {\(jwks)}}]}\n" + more + service
  }

  @Test func defaults() throws {
    let text = yaml("url: 'https://IDP.example/keys?a=b'")
    #expect(diagnostics(text) == [])
    let snapshot = try #require(load(text).snapshot)
    let keySet = try #require(snapshot.keySets.first)
    #expect(keySet.url.description == "https://idp.example/keys?a=b")
    #expect(keySet.provider === snapshot.routes.rules[0].tokens?.providers[0])
    #expect(keySet.provider.keyCount == 0 && keySet.provider.keyFile.isEmpty)
    #expect(keySet.refresh == .seconds(300) && keySet.timeout == .seconds(5))
    let source = try #require(keySet.tls?.source)
    #expect(source.serverName == "idp.example" && source.names == [.dns("idp.example")])
    #expect(source.trust == TrustFiles(authorities: nil) && source.protocols == [.h2, .http11])
  }

  @Test func everything() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString).crt")
    try Data(TestAuthority().pem).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let text = yaml(
      "url: 'https://127.0.0.1:8443/', refresh: 1m, timeout: 2s, tls: {trust: ['\(file.path)'], serverName: idp.example}"
    )
    #expect(diagnostics(text) == [])
    let snapshot = try #require(load(text).snapshot)
    let keySet = try #require(snapshot.keySets.first)
    #expect(keySet.url.port == 8443 && keySet.refresh == .seconds(60) && keySet.timeout == .seconds(2))
    let source = try #require(keySet.tls?.source)
    #expect(source.names == [.dns("idp.example")] && source.trust?.authorities == [file.path])
    // The files are watched as those of listeners and services are.
    #expect(TLSRotation(snapshot).directories.contains(file.deletingLastPathComponent().path))
  }

  /// An address is no server name, and its certificate has to have it.
  @Test func anAddress() throws {
    let snapshot = try #require(load(yaml("url: 'https://127.0.0.1/keys'")).snapshot)
    let source = try #require(snapshot.keySets.first?.tls?.source)
    #expect(source.serverName.isEmpty && source.names == [.ip([127, 0, 0, 1])])
  }

  /// Nobody takes its tokens.
  @Test func whatNobodyUsesIsNotFetched() throws {
    let snapshot = try #require(load(yaml("url: 'https://idp.example/'", "")).snapshot)
    #expect(snapshot.keySets.isEmpty)
  }

  @Test func plainHTTPIsWarnedOf() throws {
    let text = yaml("url: 'http://idp.example/keys'")
    let found = diagnostics(text)
    #expect(
      found.count == 1 && found[0].contains("warning: jwt.providers[0].jwks.url: keys over plain HTTP"),
      "\(found)")
    let keySet = try #require(load(text).snapshot?.keySets.first)
    #expect(keySet.tls == nil && keySet.url.port == 80)
  }

  @Test(arguments: [
    (
      "url: idp.example/keys",
      "jwks.url: `idp.example/keys` is no URL: it begins with neither https:// nor http://"
    ),
    (
      "url: 'ftp://idp.example/'",
      "jwks.url: `ftp://idp.example/` has a scheme that is neither https nor http"
    ),
    ("url: 'https:///keys'", "jwks.url: `https:///keys` names no host"),
    ("url: 'https://a:0/keys'", "jwks.url: `https://a:0/keys` has a port that is no number from 1 to 65535"),
    (
      "url: 'https://me@a/keys'",
      "jwks.url: `https://me@a/keys` names a user: credentials do not belong into a URL"
    ),
    ("url: 'https://a/', file: /b", "jwks.file: does not go with `url`: take one of them out"),
    ("file: FILE, refresh: 1m", "jwks.refresh: has no effect without `url`"),
    ("url: 'https://a/', refresh: 1s", "jwks.refresh: 1s is out of range (valid: 10s to 24h)"),
    ("url: 'https://a/', timeout: 2m", "jwks.timeout: 2m is out of range (valid: 100ms to 1m)"),
    ("url: 'https://a/', refersh: 1m", "jwks: unknown field `refersh`"),
    ("url: 'https://a/', tls: {trust: [/nowhere]}", "jwks.tls.trust[0]: `/nowhere` cannot be read"),
  ])
  func mistakesAreNamed(jwks: String, message: String) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString).json")
    try Data("{\"keys\":[\(TokenTests.key)]}".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let found = diagnostics(yaml(jwks.replacing("FILE", with: file.path)))
    #expect(found.count == 1 && found[0].contains("jwt.providers[0].\(message)"), "\(found)")
  }

  @Test func httpURLsAreNoPlaceForTLS() {
    let found = diagnostics(yaml("url: 'http://a/', tls: {}"))
    #expect(
      found.contains { $0.contains("jwks.tls: has no effect: the URL begins with http://") }, "\(found)")
  }
}
