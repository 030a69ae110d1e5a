internal import HTTP
internal import Identity
internal import Mesh
internal import Primitives

/// `X-Forwarded-Client-Cert`: what services learn of a client's certificate.
enum ClientCertificateHeader {
  /// - Parameters:
  ///   - identity: the client's, where its certificate was verified.
  ///   - trustedHops: proxies in front that are believed.
  static func write(
    to head: inout MessageHead, identity: PeerIdentity?, _ forwarding: ClientCertificateForwarding,
    trustedHops: Int
  ) {
    let isTrusted = identity != nil || trustedHops > 0
    if !isTrusted || !forwarding.keepsTrusted { head.remove(.xForwardedClientCert) }
    guard let element = identity?.forwardedElement, forwarding.adds else { return }
    if !isClosed(head) { head.remove(.xForwardedClientCert) }
    head.appendElement(.xForwardedClientCert) { $0.append(element.span) }
  }

  /// Whether no value ends within quotes: what is added behind it would be part of them.
  private static func isClosed(_ head: borrowing MessageHead) -> Bool {
    var place = head.index(of: .xForwardedClientCert)
    while let field = place {
      let value = head.bytes(of: head.fields[field].value)
      var isQuoted = false
      var index = 0
      while index < value.count {
        if value[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
        if value[index] == UInt8(ascii: "\\"), isQuoted { index &+= 1 }
        index &+= 1
      }
      // A backslash at the end would be that of the comma behind it.
      if isQuoted || index > value.count { return false }
      place = head.nextIndex(of: .xForwardedClientCert, from: field + 1)
    }
    return true
  }
}
