import COpenSSL
import Primitives

@testable import Reactor

/// A ticket's name and vector, as the library would carry them.
final class TicketProbe {
  enum Verdict: Int32 { case unknown = 0, current, former }

  private var name = [UInt8](repeating: 0, count: 16)
  private var vector = [UInt8](repeating: 0, count: 16)

  init(sealedBy keys: TLSTicketKeys, at now: MonotonicTime) {
    unsafe Self.withContexts { cipher, mac in
      // SAFETY: the arrays have the sizes that the library gives; the contexts live until the call is over.
      unsafe name.withUnsafeMutableBufferPointer { name in
        unsafe vector.withUnsafeMutableBufferPointer { vector in
          precondition(unsafe keys.seal(name.baseAddress!, vector.baseAddress!, cipher, mac, now: now) == 1)
        }
      }
    }
  }

  func opened(by keys: TLSTicketKeys, at now: MonotonicTime) -> Verdict? {
    unsafe Self.withContexts { cipher, mac in
      Verdict(rawValue: unsafe keys.open(name, vector, cipher, mac, now: now))
    }
  }

  private static func withContexts<Result>(_ body: (OpaquePointer?, OpaquePointer?) -> Result) -> Result {
    let cipher = unsafe EVP_CIPHER_CTX_new()
    let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
    let mac = unsafe EVP_MAC_CTX_new(algorithm)
    defer {
      unsafe EVP_MAC_CTX_free(mac)
      unsafe EVP_MAC_free(algorithm)
      unsafe EVP_CIPHER_CTX_free(cipher)
    }
    return unsafe body(cipher, mac)
  }
}
