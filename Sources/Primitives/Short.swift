/// An `Int` in 32 bits, for what stands in every connection and has a bound: what grows for as long as a connection
/// lives does not. Setting it traps where the value does not fit.
@propertyWrapper
public struct Short: Equatable, Sendable {
  @usableFromInline internal var value: Int32

  @inlinable public init(wrappedValue: Int) { value = Int32(wrappedValue) }

  @inlinable public var wrappedValue: Int {
    get { Int(value) }
    set { value = Int32(newValue) }
  }
}
