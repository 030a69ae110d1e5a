internal import HTTP
internal import Mesh

/// An object that outlives the turn of the loop in which anything uses it, whoever lets go of it meanwhile: exchanges,
/// pools and what the snapshot holds live as long as their worker; a stream of HTTP/2 until its connection's next event
/// is asked for, and the connections' own ends of it until the turn in which they close is over
/// (`Worker.freeRetired`).
protocol TurnLived: AnyObject {}

extension Exchange: TurnLived {}
extension UpstreamPool: TurnLived {}
extension Service: TurnLived {}
extension RouteRule: TurnLived {}
extension HTTP2Stream: TurnLived {}
extension HTTP2DownstreamStream: TurnLived {}
extension HTTP2UpstreamStream: TurnLived {}

/// A reference that is not counted. `$name { … }` calls the closure with the object, where there is one; that costs
/// nothing, while a request would pay some thirty atomic increments and decrements for counted ones.
@safe @propertyWrapper
struct Lent<Object: TurnLived> {
  // SAFETY: see `TurnLived`.
  private var reference: Unmanaged<Object>?

  init(wrappedValue: Object?) {
    if let object = wrappedValue { unsafe reference = Unmanaged.passUnretained(object) }
  }

  /// For where the cost of counting does not matter.
  var wrappedValue: Object? {
    get { unsafe reference?.takeUnretainedValue() }
    set { self = Self(wrappedValue: newValue) }
  }

  var projectedValue: Self { self }

  /// Nil where there is no object.
  @discardableResult @inline(__always)
  func callAsFunction<Result>(_ body: (Object) -> Result) -> Result? {
    guard let reference = unsafe reference else { return nil }
    return unsafe reference._withUnsafeGuaranteedRef(body)
  }
}
