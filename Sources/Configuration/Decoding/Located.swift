/// A value from the file, with where it stands.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var mark: SourceMark
  /// `routes[0].rules[1].backendRefs[0].name`
  var path: String
}
