import Mesh
import Testing

@testable import Configuration

@Suite struct TextEncodingTests {
  private func found(_ bytes: [UInt8]) -> [String] {
    ConfigurationLoader(environment: [:]).load(bytes, file: "f", states: .init()).diagnostics
      .map(\.description)
  }

  @Test func aByteOrderMarkInFrontSaysNothing() {
    #expect(found([0xEF, 0xBB, 0xBF] + Array(service.utf8)) == [])
    #expect(
      found([0xEF, 0xBB, 0xBF] + Array("lgo: {}\n\(service)".utf8)).first?
        .hasPrefix("f:1:1: unknown field `lgo` (did you mean `log`?") == true)
    #expect(found([0xEF, 0xBB, 0xBF]) == ["f:1:1: the file is empty: at least `services` must be there"])
  }

  @Test func otherEncodingsAreNamed() {
    let wide = service.unicodeScalars.map { UInt8($0.value) }
    let cases: [([UInt8], String)] = [
      ([0xFF, 0xFE] + wide.flatMap { [$0, 0] }, "UTF-16"), (wide.flatMap { [$0, 0] }, "UTF-16"),
      ([0xFE, 0xFF] + wide.flatMap { [0, $0] }, "UTF-16"), (wide.flatMap { [0, $0] }, "UTF-16"),
      ([0xFF, 0xFE, 0, 0] + wide.flatMap { [$0, 0, 0, 0] }, "UTF-32"),
      (wide.flatMap { [0, 0, 0, $0] }, "UTF-32"),
    ]
    for (bytes, name) in cases {
      #expect(found(bytes) == ["f:1:1: the file is in \(name): save it in UTF-8"])
    }
  }

  @Test func whatIsNoTextIsSaid() {
    #expect(
      found(Array("a: ".utf8) + [0xFC]) == [
        "f:1:4: these bytes are not UTF-8: save the file in that encoding"
      ])
    #expect(found([0x1F, 0x8B, 8]) == ["f:1:1: a control character, which no YAML may hold"])
  }
}
