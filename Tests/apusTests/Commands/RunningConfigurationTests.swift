import Admin
import JSON
import Testing

@testable import apus

/// What `apus diff` compares, and what it does not.
@Suite struct RunningConfigurationTests {
  private func keys(_ page: String, _ wanted: String, given: Set<GivenKey> = []) throws -> [String]? {
    let bytes = Array(page.utf8)
    let running = RunningConfiguration(
      try JSONParser.parse(bytes.span, limit: 4096), given: given)
    return running.difference(to: Array(wanted.utf8))?.keys
  }

  @Test func whatWaitsIsComparedWithWhatIsInEffect() throws {
    let page = #"{"workers": 2, "drain": "5s", "afterRestart": {"workers": 3}}"#
    #expect(try keys(page, #"{"workers": 3, "drain": "5s"}"#) == ["workers"])
    #expect(try keys(page, #"{"workers": 2, "drain": "5s"}"#) == [])
  }

  @Test(arguments: [
    ("127.0.0.1:9901", "127.0.0.1:9902", false), ("127.0.0.1:9901", "off", false),
    ("127.0.0.1:9901", "127.0.0.1:9901", true), ("127.0.0.1:43211", "127.0.0.1:0", true),
    ("127.0.0.1:43210", "127.0.0.1:0", true), ("[::1]:43211", "127.0.0.1:0", false),
  ])
  func theAdminServersAddress(_ address: String, _ wanted: String, isSame: Bool) throws {
    func page(_ text: String) -> String { "{\"admin\": {\"address\": \"\(text)\"}}" }
    #expect(try keys(page(address), page(wanted)) == (isSame ? [] : ["admin"]))
    #expect(try keys(page(address), page(wanted), given: [.admin]) == [])
  }

  /// The command line's word goes before the file's.
  @Test func whatTheCommandLineSaysIsNotCompared() throws {
    let page = #"{"log": {"level": "debug", "format": "json"}, "drain": "5s"}"#
    let wanted = #"{"log": {"level": "info", "format": "text"}, "drain": "5s"}"#
    #expect(try keys(page, wanted, given: [.logLevel, .logFormat]) == [])
    #expect(try keys(page, wanted, given: [.logLevel]) == ["log"])
  }
}
