internal import Glibc
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// Opens sockets where a process that was to be taken over may have them still: whoever is killed closes one after the
/// other, and the one at which it could be asked may be the first.
struct AddressPatience {
  private let deadline: MonotonicTime

  private static let most = Interval.seconds(2)
  private static let pauseMilliseconds: Int32 = 10

  /// - Parameter isPatient: else an address that is in use is an error at once.
  init(_ isPatient: Bool) { deadline = isPatient ? Clock.now() + Self.most : Clock.now() }

  func open<Opened>(_ open: () throws -> Opened) throws -> Opened {
    var isTold = false
    while true {
      do { return try open() } catch {
        guard Self.isInUse(error), Clock.now() < deadline else { throw error }
        if !isTold {
          Log.info("an address is in use: who has it may be about to end", ["reason": .string("\(error)")])
        }
        isTold = true
        _ = poll(nil, 0, Self.pauseMilliseconds)
      }
    }
  }

  private static func isInUse(_ error: any Error) -> Bool {
    let cause = (error as? ProxyServer.ListenFailure)?.cause ?? error as? SystemError
    return cause?.code == EADDRINUSE
  }
}
