internal import Primitives

/// The first bytes of every HTTP/2 client (RFC 9113, section 3.4). No HTTP/1 request begins like that.
enum HTTP2Preface {
  enum Comparison { case other, incomplete, whole }

  static func compare(_ input: Span<UInt8>) -> Comparison {
    let preface = ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" as StaticString).bytes
    for i in 0..<min(input.count, preface.count) where input[i] != preface[i] { return .other }
    return input.count < preface.count ? .incomplete : .whole
  }
}
