package import Certificates

/// An element of `X-Forwarded-Client-Cert`, as Envoy defines the field: what one proxy says of the client whose
/// certificate it has verified.
///
///     By=spiffe://prod/api;Hash=3375…;Subject="CN=web,O=prod";URI=spiffe://prod/web;DNS=web
package enum ForwardedClientCertificate {
  /// Bytes of an element after which further names are left out: certificates may have hundreds.
  static let bound = 4096

  /// - Parameters:
  ///   - client: whose certificate it is.
  ///   - own: the URI in the certificate that the client was shown; nil where it has none.
  package static func element(of client: CertificateDescription, by own: String?) -> [UInt8] {
    var text: [UInt8] = []
    if let own { append("By", own, to: &text) }
    append("Hash", client.fingerprintText, to: &text)
    append("Subject", client.subject, to: &text, isQuoted: true)
    for uri in client.uris where text.count < bound { append("URI", uri, to: &text) }
    for name in client.dnsNames where text.count < bound { append("DNS", name, to: &text) }
    return text
  }

  /// What could be taken for the end of a value is put into quotes. Within them a backslash stands before quotes and
  /// backslashes, of which the subject's own escapes have some.
  private static func append(_ key: String, _ value: String, to text: inout [UInt8], isQuoted: Bool = false) {
    if !text.isEmpty { text.append(UInt8(ascii: ";")) }
    text += Array(key.utf8) + [UInt8(ascii: "=")]
    guard isQuoted || value.utf8.contains(where: isSpecial) else {
      text += Array(value.utf8)
      return
    }
    text.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      // A subject is printed as ASCII without controls; nothing else may end the line.
      text.append(byte >= 32 && byte < 127 ? byte : UInt8(ascii: "?"))
    }
    text.append(UInt8(ascii: "\""))
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "\\"): true
    case 0...32, 127...255: true
    default: false
    }
  }
}
