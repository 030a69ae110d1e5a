/// What became of reading one line.
enum LineResult {
  /// The line is good, and the next one begins here.
  case next(Int)
  /// The input ends within the line.
  case incomplete
  /// The line breaks a rule.
  case invalid(HTTPError)
}
