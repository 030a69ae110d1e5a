internal import COpenSSL
public import Primitives
internal import Synchronization

/// The keys that session tickets are sealed with: one for new tickets, and the one before it, whose tickets are taken
/// and replaced. Shared by all workers, and by the contexts of one listener that follow each other. Any thread.
///
/// The keys are random, never leave the process, and are forgotten after two periods: whoever gets hold of them then
/// reads no earlier session of TLS 1.2.
@safe
public final class TLSTicketKeys: Sendable {
  private struct Key {
    var name: [UInt8]
    var cipher: [UInt8]
    var mac: [UInt8]
    var madeAt: MonotonicTime

    init(now: MonotonicTime) {
      name = Self.random(16)
      cipher = Self.random(32)
      mac = Self.random(32)
      madeAt = now
    }

    private static func random(_ count: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: count)
      // SAFETY: the library fills the array's own bytes.
      let code = unsafe RAND_priv_bytes(&bytes, Int32(count))
      precondition(code == 1, "no random numbers")
      return bytes
    }
  }

  private struct Keys {
    var current: Key
    var previous: Key?
  }

  private let keys: Mutex<Keys>
  private let period: Interval
  // SAFETY: fetched once, immutable, counted atomically.
  nonisolated(unsafe) private let cipher: OpaquePointer

  /// - Parameter period: how long new tickets are sealed with one key.
  public init(period: Interval = .seconds(12 * 3600)) {
    TLSLibrary.start()
    self.period = period
    keys = Mutex(Keys(current: Key(now: Clock.now())))
    unsafe cipher = EVP_CIPHER_fetch(nil, "AES-256-CBC", nil)!
  }

  deinit { unsafe EVP_CIPHER_free(cipher) }

  /// Prepares to seal a ticket: fills in the key's name and a vector of 16 bytes each.
  @unsafe
  func seal(
    _ name: UnsafeMutablePointer<UInt8>, _ vector: UnsafeMutablePointer<UInt8>, _ context: OpaquePointer?,
    _ mac: OpaquePointer?, now: MonotonicTime
  ) -> Int32 {
    guard unsafe RAND_bytes(vector, 16) == 1 else { return -1 }
    let key = keys.withLock { keys in
      if now - keys.current.madeAt >= period {
        keys.previous = keys.current
        keys.current = Key(now: now)
      }
      return keys.current
    }
    // SAFETY: OpenSSL gives room for a name of 16 bytes.
    unsafe name.update(from: key.name, count: 16)
    guard unsafe EVP_EncryptInit_ex2(context, cipher, key.cipher, vector, nil) == 1,
      unsafe copenssl_begin_ticket_mac(mac, key.mac, key.mac.count) == 1
    else { return -1 }
    return 1
  }

  /// Prepares to open one: 0 where its key is not known, 2 where it should be replaced.
  @unsafe
  func open(
    _ name: UnsafePointer<UInt8>, _ vector: UnsafePointer<UInt8>, _ context: OpaquePointer?,
    _ mac: OpaquePointer?, now: MonotonicTime
  ) -> Int32 {
    let wanted = unsafe Array(UnsafeBufferPointer(start: name, count: 16))
    let (key, isCurrent) = keys.withLock { keys -> (Key?, Bool) in
      if keys.current.name == wanted, now - keys.current.madeAt < period + period {
        return (keys.current, now - keys.current.madeAt < period)
      }
      guard let previous = keys.previous, previous.name == wanted, now - keys.current.madeAt < period else {
        return (nil, false)
      }
      return (previous, false)
    }
    guard let key else { return 0 }
    guard unsafe copenssl_begin_ticket_mac(mac, key.mac, key.mac.count) == 1,
      unsafe EVP_DecryptInit_ex2(context, cipher, key.cipher, vector, nil) == 1
    else { return -1 }
    return isCurrent ? 1 : 2
  }
}
