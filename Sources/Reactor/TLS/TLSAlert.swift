/// Alerts by number (RFC 8446, section 6; RFC 5246, section 7.2).
enum TLSAlert {
  static func text(of number: UInt8) -> StaticString {
    switch number {
    case 10: "TLS alert 10: unexpected message"
    case 20: "TLS alert 20: bad record MAC"
    case 21: "TLS alert 21: decryption failed"
    case 22: "TLS alert 22: record overflow"
    case 40: "TLS alert 40: handshake failure"
    case 42: "TLS alert 42: bad certificate"
    case 43: "TLS alert 43: unsupported certificate"
    case 44: "TLS alert 44: certificate revoked"
    case 45: "TLS alert 45: certificate expired"
    case 46: "TLS alert 46: certificate unknown"
    case 47: "TLS alert 47: illegal parameter"
    case 48: "TLS alert 48: unknown CA"
    case 49: "TLS alert 49: access denied"
    case 50: "TLS alert 50: decode error"
    case 51: "TLS alert 51: decrypt error"
    case 70: "TLS alert 70: protocol version"
    case 71: "TLS alert 71: insufficient security"
    case 80: "TLS alert 80: internal error"
    case 86: "TLS alert 86: inappropriate fallback"
    case 90: "TLS alert 90: user canceled"
    case 100: "TLS alert 100: no renegotiation"
    case 109: "TLS alert 109: missing extension"
    case 110: "TLS alert 110: unsupported extension"
    case 112: "TLS alert 112: unrecognized name"
    case 113: "TLS alert 113: bad certificate status response"
    case 115: "TLS alert 115: unknown PSK identity"
    case 116: "TLS alert 116: certificate required"
    case 120: "TLS alert 120: no application protocol"
    default: "TLS: the peer has sent an alert"
    }
  }
}
