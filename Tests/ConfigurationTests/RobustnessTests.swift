import Mesh
import Primitives
import Testing

@testable import Configuration

/// Whatever the bytes: no crash, and either a snapshot or an error.
@Suite struct RobustnessTests {
  private static let example = """
    workers: ${W:-1}
    listeners: [{name: a, address: ":1", routes: [r]}]
    routes:
    - &r
      name: r
      hostnames: ["*.a.b"]
      rules:
      - matches: [{path: {type: RegularExpression, value: '/(a|b)+'}, headers: [{name: x, value: "1"}]}]
        timeouts: {request: 1m30s, backendRequest: 3s}
        retry: {attempts: 2, on: [5xx, "503"], backoff: {base: 25ms}}
        backendRefs: [{name: web, weight: 95}]
    services: [{name: web, endpoints: ["10.0.0.5:80"], circuitBreaker: {failureRate: 50%}}]
    accessLog: {format: "%PROTOCOL%"}
    """

  private func check(_ bytes: [UInt8]) {
    let loaded = ConfigurationLoader(environment: [:]).load(bytes, file: "f", states: StateStore())
    #expect(loaded.isValid == !loaded.diagnostics.contains { $0.severity == .error })
    #expect(loaded.diagnostics.map(\.mark) == loaded.diagnostics.map(\.mark).sorted())
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func randomBytes(seed: UInt64) {
    var random = Random(seed: seed)
    for _ in 0..<50 {
      check((0..<random.next(below: 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }
  }

  /// Bytes that mean something to YAML.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func randomSyntax(seed: UInt64) {
    var random = Random(seed: seed)
    let alphabet = Array("ab: -[]{},&*!|>'\"%@`#?~\n\n  ${}:-".utf8)
    for _ in 0..<100 {
      check((0..<random.next(below: 80)).map { _ in alphabet[random.next(below: alphabet.count)] })
    }
  }

  /// A good file with bytes changed, dropped and moved.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func mutations(seed: UInt64) {
    var random = Random(seed: seed)
    for _ in 0..<50 {
      var bytes = Array(Self.example.utf8)
      for _ in 0...random.next(below: 6) {
        let place = random.next(below: bytes.count)
        switch random.next(below: 4) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[random.next(below: bytes.count)], at: place)
        default:
          let end = min(bytes.count, place + random.next(below: 40))
          bytes.insert(contentsOf: bytes[place..<end], at: random.next(below: bytes.count))
        }
      }
      check(bytes)
    }
  }

  @Test func theExampleIsGood() {
    #expect(diagnostics(Self.example) == [])
  }

  @Test func everyTruncationOfIt() {
    let bytes = Array(Self.example.utf8)
    for count in 0...bytes.count { check(Array(bytes[..<count])) }
  }
}
