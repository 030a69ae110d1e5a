/// A reference that is not counted. `$name { … }` calls the closure with the object, where there is one; that costs
/// nothing, while a request would pay some sixty atomic increments and decrements for counted ones.
///
/// Debug builds trap where the object is gone already, so that every test watches what `TurnLived` promises.
@safe @propertyWrapper
public struct Lent<Object: TurnLived> {
  #if DEBUG
    private weak var reference: Object?
    private var isSet = false

    public init() {}
    public init(_ object: Object) {
      reference = object
      isSet = true
    }
    @unsafe public init(_ object: Unmanaged<Object>) { self.init(unsafe object.takeUnretainedValue()) }

    /// Nil where there is no object.
    @discardableResult
    public func callAsFunction<Result>(_ body: (Object) -> Result) -> Result? {
      if isNil { return nil }
      guard let reference else { fatalError("\(Object.self) was lent and is gone") }
      return body(reference)
    }

    public var isNil: Bool { !isSet }
    /// Whether it is this object.
    public func isSame(as object: Object) -> Bool { reference === object }
  #else
    // SAFETY: see `TurnLived`.
    @usableFromInline internal var reference: Unmanaged<Object>?

    @inlinable public init() { unsafe reference = nil }
    @inlinable public init(_ object: Object) { unsafe reference = Unmanaged.passUnretained(object) }
    @unsafe @inlinable public init(_ object: Unmanaged<Object>) { unsafe reference = object }

    /// Nil where there is no object.
    @discardableResult @inlinable @inline(__always)
    public func callAsFunction<Result>(_ body: (Object) -> Result) -> Result? {
      guard let reference = unsafe reference else { return nil }
      return unsafe reference._withUnsafeGuaranteedRef(body)
    }

    @inlinable public var isNil: Bool { unsafe reference == nil }
    /// Whether it is this object.
    @inlinable public func isSame(as object: Object) -> Bool {
      unsafe reference?.toOpaque() == Unmanaged.passUnretained(object).toOpaque()
    }
  #endif

  @inlinable
  public init(wrappedValue: Object?) {
    if let wrappedValue { self.init(wrappedValue) } else { self.init() }
  }

  /// For where the cost of counting does not matter.
  @inlinable
  public var wrappedValue: Object? {
    get { self { $0 } }
    set { self = Self(wrappedValue: newValue) }
  }

  @inlinable public var projectedValue: Self {
    get { self }
    set { self = newValue }
  }
}

extension Lent: Sendable where Object: Sendable {}
