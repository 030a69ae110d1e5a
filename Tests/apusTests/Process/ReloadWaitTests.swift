import Mesh
import Primitives
import Testing

@testable import apus

@Suite struct ReloadWaitTests {
  private let carts = ServiceReference.etcd(EtcdReference(prefix: "/carts/"))
  private let stock = ServiceReference.etcd(EtcdReference(prefix: "/stock/"))
  private let limit = Interval.seconds(15)

  private func time(_ seconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: 0) + .seconds(seconds)
  }

  /// At which seconds it is loaded, with what, and whether it waits then.
  private func play(
    _ loads: [(at: Int64, Set<ServiceReference>)], limit: Interval? = nil
  ) -> (isOn: [Bool], last: ReloadWait) {
    var wait = ReloadWait()
    let isOn = loads.map { wait.begins(for: $0.1, limit: limit ?? self.limit, now: time($0.at)) }
    return (isOn, wait)
  }

  @Test func whatIsKnownIsNotWaitedFor() {
    let played = play([(0, [])])
    #expect(played.isOn == [false] && !played.last.isOn && played.last.deadline == nil)
  }

  @Test func itEndsWithTheLimit() {
    let early = play([(0, [carts]), (14, [carts])])
    #expect(early.isOn == [true, true] && early.last.pending == [carts] && early.last.deadline == time(15))
    let late = play([(0, [carts]), (14, [carts]), (15, [carts])])
    #expect(late.isOn == [true, true, false] && !late.last.isOn)
  }

  /// Whoever loads again and again waits no longer for the same, and each newer one for what is new of it.
  @Test func aNewerOneTakesItsPlace() {
    let both = play([(0, [carts]), (10, [carts, stock])])
    #expect(both.last.pending == [carts, stock] && both.last.deadline == time(25))
    let rest = play([(0, [carts]), (10, [carts, stock]), (20, [carts, stock])])
    #expect(rest.isOn == [true, true, true] && rest.last.pending == [stock])
    #expect(play([(0, [carts]), (10, [stock]), (20, [carts])]).last.deadline == time(35))
  }

  @Test func withoutALimitNothingIsWaitedFor() {
    #expect(play([(0, [carts])], limit: .zero).isOn == [false])
  }

  @Test func theNextOneBeginsAnew() {
    var wait = play([(0, [carts])]).last
    wait.end()
    #expect(!wait.isOn)
    let waits = wait.begins(for: [carts], limit: limit, now: time(20))
    #expect(waits && wait.deadline == time(35))
  }
}
