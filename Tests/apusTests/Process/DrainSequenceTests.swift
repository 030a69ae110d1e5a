import Proxy
import Testing

@testable import apus

@Suite struct DrainSequenceTests {
  @Test func withoutOutboundListenersAllDrainsAtOnce() {
    var sequence = DrainSequence(hasOutbound: false)
    #expect(sequence.scope == .all)
    #expect(sequence.finished(.inbound) == nil)
    #expect(sequence.finished(.all) == .end)
  }

  @Test func outboundDrainsLast() {
    var sequence = DrainSequence(hasOutbound: true)
    #expect(sequence.scope == .inbound)
    #expect(sequence.finished(.all) == nil)
    #expect(sequence.finished(.inbound) == .drainAll)
    #expect(sequence.scope == .all)
    #expect(sequence.finished(.inbound) == nil, "it is told again")
    #expect(sequence.finished(.all) == .end)
  }
}
