import Client
import HTTP

/// What a receiver hears, in order.
final class NotedResponse: ResponseReceiver {
  var call: ClientCall?
  private(set) var status = 0
  private(set) var heads = 0
  private(set) var body: [UInt8] = []
  private(set) var pieces = 0
  private(set) var fields: [(name: String, value: String)] = []
  private(set) var trailers: [(name: String, value: String)] = []
  private(set) var hasEnded = false
  private(set) var failure: ClientFailure?
  private(set) var drains = 0
  /// What came after the last word.
  private(set) var tooLate = 0
  /// Done with each piece of the body.
  var onPiece: (NotedResponse) -> Void = { _ in }

  var isOver: Bool { hasEnded || failure != nil }
  var text: String { String(decoding: body, as: UTF8.self) }
  func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  func headReceived(of call: ClientCall) {
    if isOver { tooLate += 1 }
    heads += 1
    status = call.response.status
    fields = Self.fields(call.response)
  }

  func bodyReceived(_ bytes: Span<UInt8>, of call: ClientCall) {
    if isOver { tooLate += 1 }
    for index in bytes.indices { body.append(bytes[index]) }
    pieces += 1
    onPiece(self)
  }

  func ended(_ call: ClientCall) {
    if isOver { tooLate += 1 }
    trailers = Self.fields(call.trailers)
    hasEnded = true
  }

  func failed(_ call: ClientCall, _ failure: ClientFailure) {
    if isOver { tooLate += 1 }
    self.failure = failure
  }

  func drained(_ call: ClientCall) { drains += 1 }

  private static func fields(_ head: borrowing MessageHead) -> [(name: String, value: String)] {
    var all: [(name: String, value: String)] = []
    for index in head.fields.indices where !head.fields[index].isRemoved {
      all.append((head.text(of: head.fields[index].name), head.text(of: head.fields[index].value)))
    }
    return all
  }
}
