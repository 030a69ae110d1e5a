public import HTTP
internal import Primitives

/// Where in a head's arena the span ids stand that `inject` wrote: another attempt's id overwrites them in place,
/// being of the same length.
public struct InjectedTrace: Sendable {
  /// `UInt32.max`: that format was not written.
  internal var places = InlineArray<4, UInt32>(repeating: .max)

  internal init() {}

  /// Puts another span id where the last attempt's stood. The head must be the one that was injected into, or a
  /// copy with the same arena.
  public func replace(span: UInt64, in head: inout MessageHead) {
    for index in 0..<4 where places[index] != .max {
      head.arena.replace(at: Int(places[index]), hex16: span)
    }
  }
}
