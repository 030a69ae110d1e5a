internal import CLinux

/// A failed system call: its name and `errno`.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  public let call: String
  public let code: Int32

  public init(_ call: String, code: Int32) {
    self.call = call
    self.code = code
  }

  /// Takes the thread's `errno`; call it right after the failure.
  init(_ call: String) { self.init(call, code: clinux_errno()) }

  public var description: String { "\(call): \(Self.text(of: code))" }

  /// What strerror(3) says of an error number.
  public static func text(of code: Int32) -> String {
    // SAFETY: strerror returns a NUL-terminated string that is copied at once.
    unsafe String(cString: strerror(code))
  }
}
