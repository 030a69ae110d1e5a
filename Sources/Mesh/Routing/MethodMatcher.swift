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
}
