import HTTP
import HTTPInvariants
import Primitives
import Testing

/// What some frames lead to.
enum Outcome: Equatable, CustomStringConvertible {
  /// Nothing is refused.
  case accepted
  /// RST_STREAM on the stream that the frames are about.
  case stream(HTTP2ErrorCode)
  /// GOAWAY, and the end.
  case connection(HTTP2ErrorCode)

  var description: String {
    switch self {
    case .accepted: "accepted"
    case .stream(let code): "stream \(code)"
    case .connection(let code): "connection \(code)"
    }
  }
}

/// One row of a table: what is sent, what it leads to, and a line of what the owner sees.
struct Row: CustomTestStringConvertible, Sendable {
  let name: String
  let frames: [[UInt8]]
  let outcome: Outcome
  let line: String?

  init(_ name: String, _ frames: [[UInt8]], _ outcome: Outcome, _ line: String? = nil) {
    self.name = name
    self.frames = frames
    self.outcome = outcome
    self.line = line
  }

  var testDescription: String { name }
}

/// Feeds drivers, each made by `make`, whole, byte by byte and cut at random; expects the same of all, and gives the
/// first back.
func inPieces(_ bytes: [UInt8], _ name: String, _ make: () -> HTTP2Driver) -> HTTP2Driver {
  let whole = make()
  whole.receive(bytes)
  for seed in 0...6 {
    var random = Random(seed: UInt64(seed))
    let cut = make()
    cut.receive(bytes, nextSize: { seed == 0 ? 1 : 1 + random.next(below: 30) })
    #expect(cut.told == whole.told, "\(name), seed \(seed)")
    #expect(cut.error == whole.error, "\(name), seed \(seed)")
    #expect(outcome(cut) == outcome(whole), "\(name), seed \(seed)")
  }
  if whole.error != nil {
    #expect(HTTP2Frames.debugData(whole.output)?.isEmpty == false, "\(name): the peer is told why")
  }
  return whole
}

func outcome(_ driver: HTTP2Driver, stream id: Int = 1) -> Outcome {
  let frames = HTTP2Frames.describe(driver.output)
  func code(_ prefix: String) -> HTTP2ErrorCode? {
    for line in frames where line.hasPrefix(prefix) {
      return UInt32(line.dropFirst(prefix.count)).map(HTTP2ErrorCode.init(wire:))
    }
    return nil
  }
  if driver.error != nil { return code("GOAWAY 0 ").map(Outcome.connection) ?? .accepted }
  return code("RST_STREAM \(id) ").map(Outcome.stream) ?? .accepted
}

let get: [(String, String)] = [
  (":method", "GET"), (":scheme", "http"), (":authority", "h"), (":path", "/"),
]
let post: [(String, String)] = [
  (":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/"),
]

/// Runs a row as a server that answers nothing.
func expectServer(_ row: Row, settings: HTTP2Settings = HTTP2Settings(), limits: HTTPLimits = HTTPLimits()) {
  let bytes = Frame.start + row.frames.flatMap { $0 }
  let driver = inPieces(bytes, row.name) { HTTP2Driver(.server, settings: settings, limits: limits) }
  #expect(outcome(driver) == row.outcome, "\(row.name): \(driver.lines), \(String(describing: driver.error))")
  if let line = row.line {
    #expect(driver.lines.contains { $0.contains(line) }, "\(row.name): \(driver.lines)")
  }
}
