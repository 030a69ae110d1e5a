import HTTP
import Primitives
import Telemetry
import Testing

struct RequestIDTests {
  private func assigned(_ ids: [String], trusted: Bool) -> [String] {
    var random = Random(seed: 1)
    var request = head(ids.map { ("X-Request-Id", $0) })
    RequestID.assign(to: &request, trusted: trusted, random: &random)
    return values(.xRequestID, of: request)
  }

  private func isUUID(_ text: String) -> Bool {
    let pattern = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    return text.wholeMatch(of: pattern) != nil
  }

  @Test func isAUUIDOfVersion4() {
    var random = Random(seed: 9)
    var seen: Set<String> = []
    for _ in 0..<1_000 {
      let id = text { RequestID(random: &random).append(to: &$0) }
      #expect(isUUID(id))
      seen.insert(id)
    }
    #expect(seen.count == 1_000)
  }

  @Test func keptFromInsideReplacedFromOutside() {
    #expect(assigned(["abc"], trusted: true) == ["abc"])
    let replaced = assigned(["abc"], trusted: false)
    #expect(replaced.count == 1 && isUUID(replaced[0]))
    #expect(assigned([], trusted: true).count == 1)
  }

  @Test func emptyAndHugeOnesAreReplaced() {
    for id in ["", String(repeating: "x", count: 129)] {
      let replaced = assigned([id], trusted: true)
      #expect(replaced.count == 1 && isUUID(replaced[0]))
    }
    let most = String(repeating: "x", count: 128)
    #expect(assigned([most], trusted: true) == [most])
  }

  @Test func severalBecomeOne() {
    #expect(assigned(["a", "b"], trusted: false).count == 1)
    #expect(assigned(["a", "b"], trusted: true) == ["a"])
  }
}
