internal import COpenSSL
public import Primitives
internal import Synchronization

/// The keys that session tickets are sealed with: one for new tickets, and the one before it, whose tickets are taken
/// and replaced. Shared by all workers, and by the contexts of one listener that follow each other. Any thread.
///
/// The keys are random, never leave the process, and are wiped after two periods: whoever gets hold of them then
/// reads no earlier session of TLS 1.2.
@safe
public final class TLSTicketKeys: Sendable {
  private struct Keys {
    var current: TLSTicketKey
    var previous: TLSTicketKey?
  }

  private let keys: Mutex<Keys>
  private let period: Interval
  // SAFETY: fetched once, immutable, counted atomically.
  nonisolated(unsafe) private let cipher: OpaquePointer

  /// - Parameter period: how long new tickets are sealed with one key.
  public convenience init(period: Interval = .seconds(12 * 3600)) {
    self.init(period: period, now: Clock.now())
  }

  init(period: Interval, now: MonotonicTime) {
    TLSLibrary.start()
    self.period = period
    keys = Mutex(Keys(current: TLSTicketKey(now: now)))
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
        keys.current = TLSTicketKey(now: now)
      }
      return keys.current
    }
    // SAFETY: OpenSSL gives room for a name of 16 bytes, and copies the secrets.
    unsafe name.update(from: key.name, count: TLSTicketKey.nameSize)
    guard unsafe EVP_EncryptInit_ex2(context, cipher, key.cipher, vector, nil) == 1,
      unsafe copenssl_begin_ticket_mac(mac, key.mac, TLSTicketKey.secretSize) == 1
    else { return -1 }
    return 1
  }

  /// Prepares to open one: 0 where its key is not known, 2 where it should be replaced.
  @unsafe
  func open(
    _ name: UnsafePointer<UInt8>, _ vector: UnsafePointer<UInt8>, _ context: OpaquePointer?,
    _ mac: OpaquePointer?, now: MonotonicTime
  ) -> Int32 {
    // SAFETY: OpenSSL gives a name of 16 bytes, and copies the secrets.
    let (key, isCurrent) = keys.withLock { keys -> (TLSTicketKey?, Bool) in
      if unsafe keys.current.isNamed(name), now - keys.current.madeAt < period + period {
        return (keys.current, now - keys.current.madeAt < period)
      }
      guard let previous = keys.previous, unsafe previous.isNamed(name), now - keys.current.madeAt < period
      else {
        return (nil, false)
      }
      return (previous, false)
    }
    guard let key else { return 0 }
    guard unsafe copenssl_begin_ticket_mac(mac, key.mac, TLSTicketKey.secretSize) == 1,
      unsafe EVP_DecryptInit_ex2(context, cipher, key.cipher, vector, nil) == 1
    else { return -1 }
    return isCurrent ? 1 : 2
  }
}
