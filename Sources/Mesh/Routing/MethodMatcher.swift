internal import HTTP

/// A criterion on the method, which is case-sensitive (RFC 9110, section 9.1).
struct MethodMatcher: Sendable {
  private let method: Method
  /// Of a method that has no case of its own.
  private let name: [UInt8]

  init(_ name: String) {
    self.name = Array(name.utf8)
    method = Method.allCases.first { $0 != .other && $0.name.description == name } ?? .other
  }

  func matches(_ head: borrowing MessageHead) -> Bool {
    head.method == method && (method != .other || head.bytes(of: head.methodName).isEqual(to: name.span))
  }

  /// Whether a browser asks by a CORS preflight whether it may send this method (Fetch, section 4.8).
  func isAskedFor(by head: borrowing MessageHead) -> Bool {
    guard Self.isPreflight(head), let asked = head.value(named: "access-control-request-method") else {
      return false
    }
    return head.bytes(of: asked).isEqual(to: name.span)
  }

  /// Whether a browser asks for leave to send another request.
  static func isPreflight(_ head: borrowing MessageHead) -> Bool {
    head.method == .options && head.index(named: "origin") != nil
      && head.index(named: "access-control-request-method") != nil
  }
}
