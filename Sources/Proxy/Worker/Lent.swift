/// A reference that is not counted. `$name { … }` calls the closure with the object, where there is one; that costs
/// nothing, while a request would pay some thirty atomic increments and decrements for counted ones.
@safe @propertyWrapper
struct Lent<Object: TurnLived> {
  // SAFETY: see `TurnLived`.
  private var reference: Unmanaged<Object>?

  init(_ object: Object) { unsafe reference = Unmanaged.passUnretained(object) }

  init(wrappedValue: Object?) {
    if let object = wrappedValue { unsafe reference = Unmanaged.passUnretained(object) }
  }

  /// For where the cost of counting does not matter.
  var wrappedValue: Object? {
    get { unsafe reference?.takeUnretainedValue() }
    set { self = Self(wrappedValue: newValue) }
  }

  var projectedValue: Self { self }

  var isNil: Bool { unsafe reference == nil }

  /// Whether it is this object.
  func isSame(as object: Object) -> Bool {
    unsafe reference?.toOpaque() == Unmanaged.passUnretained(object).toOpaque()
  }

  /// Nil where there is no object.
  @discardableResult @inline(__always)
  func callAsFunction<Result>(_ body: (Object) -> Result) -> Result? {
    guard let reference = unsafe reference else { return nil }
    return unsafe reference._withUnsafeGuaranteedRef(body)
  }
}
