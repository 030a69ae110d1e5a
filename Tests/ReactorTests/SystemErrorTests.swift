import Glibc
import Reactor
import Testing

@Suite struct SystemErrorTests {
  @Test func whatTheSystemWantsForIsNotTheOtherSidesFault() {
    for code in [EMFILE, ENFILE, ENOBUFS, ENOMEM] { #expect(SystemError.cause(of: code) == .exhausted) }
    #expect(SystemError("connect", code: ECONNREFUSED).cause == .refused)
    #expect(SystemError.cause(of: EADDRNOTAVAIL) == .noLocalPort)
    #expect(SystemError.cause(of: ENETUNREACH) == .noRoute)
    #expect(SystemError.cause(of: ECONNRESET) == .other)
  }
}
