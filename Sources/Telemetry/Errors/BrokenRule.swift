public import HTTP

/// A rule of HTTP that a peer has broken, as metrics and our log name it: in lower case with underscores.
public protocol BrokenRule {}

extension BrokenRule {
  public var rule: String {
    var result = ""
    var follows = false
    for letter in "\(self)" {
      if letter.isUppercase, follows { result += "_" }
      follows = !letter.isUppercase
      result += letter.lowercased()
    }
    return result
  }
}

extension HTTPError: BrokenRule {}
extension HTTP2ConnectionError: BrokenRule {}
