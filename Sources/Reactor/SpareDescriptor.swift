internal import CLinux

/// A descriptor in reserve: where the process has none left, letting go of it makes room for one connection more, of
/// somebody who wants to know what is the matter.
public struct SpareDescriptor: ~Copyable {
  private var descriptor: Int32 = -1

  public init() { refill() }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Takes one where it has none; stays without where none is left.
  public mutating func refill() {
    if descriptor < 0 { descriptor = eventfd(0, Int32(EFD_CLOEXEC)) }
  }

  /// Lets go of it. False where there is none: it was used and has not come back yet.
  public mutating func spend() -> Bool {
    guard descriptor >= 0 else { return false }
    close(descriptor)
    descriptor = -1
    return true
  }

  public var isSpent: Bool { descriptor < 0 }
}
