import Policy
import Primitives
import Testing

@Suite struct RateMeterTests {
  private let rate = MinimumRate(bytesPerSecond: 100, grace: .seconds(10))

  @Test func silenceEndsAfterTheGrace() {
    var meter = RateMeter()
    #expect(meter.deadline(rate) == .distantFuture)
    meter.wait(at(ms: 1_000))
    #expect(meter.deadline(rate) == at(ms: 11_000))
    // Waiting on changes nothing.
    meter.wait(at(ms: 5_000))
    #expect(meter.deadline(rate) == at(ms: 11_000))
  }

  @Test func whoeverKeepsTheRateMayGoOnForEver() {
    var meter = RateMeter()
    meter.wait(at(ms: 0))
    for second in 1...100_000 {
      let now = at(ms: Int64(second) * 1_000)
      #expect(now < meter.deadline(rate))
      meter.received(100, rate, now)
    }
    #expect(meter.deadline(rate) == at(ms: 100_010_000))
  }

  @Test func whoeverDribblesIsEndedHoweverOftenAByteComes() {
    var meter = RateMeter()
    meter.wait(at(ms: 0))
    var now = at(ms: 0)
    var bytes = 0
    while now < meter.deadline(rate) {
      meter.received(1, rate, now)
      bytes += 1
      now = now + .milliseconds(100)
    }
    // 10 bytes/s is a tenth of the rate: each second costs 0.9 s.
    #expect(now == at(ms: 11_100))
    #expect(bytes == 111)
  }

  @Test func onlyTheTimeThatIsWaitedCounts() {
    var meter = RateMeter()
    meter.wait(at(ms: 0))
    meter.pause(at(ms: 4_000))
    #expect(meter.deadline(rate) == .distantFuture)
    meter.pause(at(ms: 500_000))
    meter.wait(at(ms: 1_000_000))
    #expect(meter.deadline(rate) == at(ms: 1_006_000))
    // What was in the kernel's buffers comes at once.
    meter.received(200, rate, at(ms: 1_000_000))
    #expect(meter.deadline(rate) == at(ms: 1_008_000))
  }

  @Test func bytesThatCameFastExcuseNoLongSilence() {
    var meter = RateMeter()
    meter.wait(at(ms: 0))
    meter.received(1 << 30, rate, at(ms: 1_000))
    #expect(meter.deadline(rate) == at(ms: 11_000))
    meter.received(.max, rate, at(ms: 2_000))
    #expect(meter.deadline(rate) == at(ms: 12_000))
  }

  @Test func zeroTurnsItOff() {
    for off in [MinimumRate(bytesPerSecond: 0), MinimumRate(grace: .zero)] {
      var meter = RateMeter()
      meter.wait(at(ms: 0))
      meter.received(1, off, at(ms: 1_000_000))
      #expect(meter.deadline(off) == .distantFuture)
    }
  }
}
