import Client
import HTTP
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// Leases and claims, step by step: the test is etcd.
@Suite struct EtcdRegistrationTests {
  typealias Answers = EtcdAnswers

  private let stage: EtcdStage
  private let registration: EtcdRegistration
  private let ours = #"{"address":"10.0.0.1:80"}"#

  init() throws {
    stage = try EtcdStage()
    registration = EtcdRegistration(
      EtcdRegistrationSettings(key: "/s/a", address: .v4(address: 0x0A00_0001, port: 80)), stage.etcd,
      on: stage.loop, kind: 2, seed: 3)
    stage.dispatcher.add(registration, kinds: 2...2)
  }

  private struct Claim: Equatable {
    var key: String
    var value: String
    var lease: Int64?
    var expected: Int64?
  }

  private func claim() throws -> (EtcdQuestion, Claim) {
    let (question, message) = try stage.question("KV/Txn")
    let parts = try Answers.fields(message, numbers: []).bytes
    let compare = try Answers.fields(parts[1] ?? [], numbers: [1, 2, 6])
    // Equal to the revision of the last change.
    #expect(compare.numbers[1] == nil && compare.numbers[2] == 2)
    let put = try Answers.fields(try Answers.fields(parts[2] ?? [], numbers: []).bytes[2] ?? [], numbers: [3])
    #expect(put.bytes[1] == compare.bytes[3])
    let get = try Answers.fields(try Answers.fields(parts[3] ?? [], numbers: []).bytes[1] ?? [], numbers: [])
    #expect(get.bytes[1] == compare.bytes[3])
    return (
      question,
      Claim(
        key: Answers.text(compare.bytes[3]), value: Answers.text(put.bytes[2]), lease: put.numbers[3],
        expected: compare.numbers[6])
    )
  }

  private func grant(_ id: Int64) throws {
    let (question, message) = try stage.question("Lease/LeaseGrant")
    #expect(try Answers.fields(message, numbers: [1]).numbers == [1: 10])
    question.answer(Answers.lease(id, seconds: 10))
  }

  private func register() throws {
    registration.start()
    try grant(77)
    let (question, claim) = try claim()
    #expect(claim == Claim(key: "/s/a", value: ours, lease: 77, expected: 0))
    question.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.phase == .registered })
  }

  private func keepAlive(_ id: Int64, seconds: Int64) throws {
    let (question, message) = try stage.question("Lease/LeaseKeepAlive")
    #expect(try Answers.fields(message, numbers: [1]).numbers == [1: id])
    question.answer(Answers.lease(id, seconds: seconds))
    #expect(stage.turn { stage.client.callCount == 0 || !stage.open.isEmpty })
  }

  /// After a lease was kept, it is looked at the key.
  private func look(_ found: Answers.Pair?) throws {
    let (question, claim) = try claim()
    #expect(claim == Claim(key: "/s/a", value: ours, lease: 77, expected: 0))
    question.answer(Answers.claim(written: found == nil, present: found))
    #expect(stage.turn { stage.client.callCount == 0 || !stage.open.isEmpty })
  }

  @Test func nothingIsAnnouncedBeforeItsStart() {
    stage.pass(.seconds(60))
    #expect(stage.isQuiet() && registration.state.phase == .notBegun)
  }

  @Test func aLeaseIsGrantedAndKeptAlive() throws {
    try register()
    #expect(stage.isQuiet())
    for _ in 0..<3 {
      stage.pass(.milliseconds(3_000))
      #expect(stage.isQuiet())
      stage.pass(.milliseconds(400))
      try keepAlive(77, seconds: 10)
      try look(.init("/s/a", ours, 6, lease: 77))
    }
    #expect(registration.state.writes == 1 && registration.state.phase == .registered)
  }

  @Test func aKeyThatSomebodyDeletedIsThereAgain() throws {
    try register()
    stage.pass(.milliseconds(3_400))
    try keepAlive(77, seconds: 10)
    try look(nil)
    #expect(stage.isQuiet())
    #expect(registration.state.writes == 2 && registration.state.phase == .registered)
  }

  @Test func aKeyThatIsAnothersByNow() throws {
    try register()
    stage.pass(.milliseconds(3_400))
    try keepAlive(77, seconds: 10)
    try look(.init("/s/a", "10.0.0.9:80", 41, lease: 9))
    #expect(stage.isQuiet())
    #expect(registration.state.phase == .taken && registration.state.fault != nil)
    stage.pass(.milliseconds(3_400))
    try keepAlive(77, seconds: 10)
    try look(nil)
    #expect(registration.state.phase == .registered && registration.state.fault == nil)
  }

  /// Ours by its address, but without our lease it would never end.
  @Test func aKeyThatWasWrittenOver() throws {
    try register()
    stage.pass(.milliseconds(3_400))
    try keepAlive(77, seconds: 10)
    try look(.init("/s/a", "10.0.0.1:80", 41))
    let (question, claim) = try claim()
    #expect(claim.expected == 41)
    question.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.writes == 2 })
  }

  /// The lease goes on being kept while nobody can look.
  @Test func aLookThatFails() throws {
    try register()
    stage.pass(.milliseconds(3_400))
    for _ in 0..<3 {
      try keepAlive(77, seconds: 10)
      try claim().0.fail(.unavailable, "etcdserver: request timed out")
      #expect(stage.turn { stage.client.callCount == 0 })
      #expect(registration.state.fault != nil && registration.state.phase == .registered)
      stage.pass(.milliseconds(3_400))
    }
  }

  @Test func aLeaseThatIsLostIsGrantedAnew() throws {
    try register()
    stage.pass(.milliseconds(3_400))
    try keepAlive(77, seconds: 0)
    try grant(78)
    let (question, claim) = try claim()
    #expect(claim.lease == 78)
    question.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.writes == 2 && registration.state.phase == .registered })
  }

  /// Between grant and claim.
  @Test func aLeaseThatEndsBeforeTheClaim() throws {
    registration.start()
    try grant(77)
    try claim().0.fail(.notFound, "etcdserver: requested lease not found")
    stage.pass(.seconds(4))
    try grant(78)
    #expect(try claim().1.lease == 78)
  }

  @Test func etcdIsAwayForAWhile() throws {
    try register()
    stage.pass(.milliseconds(3_400))
    for _ in 0..<5 {
      try stage.question("Lease/LeaseKeepAlive").question.fail(.unavailable, "etcdserver: request timed out")
      #expect(stage.turn { stage.client.callCount == 0 })
      stage.pass(.milliseconds(3_400))
    }
    #expect(registration.state.fault != nil && registration.state.phase == .registered)
    try keepAlive(77, seconds: 10)
    try look(.init("/s/a", ours, 6, lease: 77))
    #expect(registration.state.fault == nil && registration.state.failures == 5)
  }

  @Test func ourOwnKeyIsTakenOver() throws {
    registration.start()
    try grant(77)
    try claim().0.answer(
      Answers.claim(
        written: false, present: .init("/s/a", #"{"address":"10.0.0.1:80","weight":5}"#, 41, lease: 9)))
    let (question, claim) = try claim()
    #expect(claim.expected == 41)
    question.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.phase == .registered })
  }

  @Test func anothersKeyIsWaitedFor() throws {
    registration.start()
    try grant(77)
    for _ in 0..<3 {
      let (question, claim) = try claim()
      #expect(claim.expected == 0)
      question.answer(Answers.claim(written: false, present: .init("/s/a", "10.0.0.9:80", 41, lease: 9)))
      #expect(stage.turn { registration.state.phase == .taken })
      #expect(stage.isQuiet())
      stage.pass(.milliseconds(3_400))
      try keepAlive(77, seconds: 10)
    }
    try claim().0.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.phase == .registered && registration.state.fault == nil })
    #expect(registration.state.writes == 1)
  }

  @Test func withdrawnItIsGoneAtOnce() throws {
    try register()
    var isDone = false
    registration.withdraw { isDone = true }
    let (question, message) = try stage.question("Lease/LeaseRevoke")
    #expect(try Answers.fields(message, numbers: [1]).numbers == [1: 77])
    #expect(!isDone)
    question.answer { Answers.header(&$0, 9) }
    #expect(stage.turn { isDone })
    stage.pass(.seconds(60))
    #expect(stage.isQuiet() && registration.state.phase == .withdrawn)
  }

  @Test func aWithdrawalDoesNotWaitForEver() throws {
    try register()
    var count = 0
    registration.withdraw { count += 1 }
    _ = try stage.question("Lease/LeaseRevoke")
    stage.pass(.milliseconds(900))
    #expect(count == 0)
    stage.pass(.milliseconds(200))
    #expect(stage.turn { count == 1 })
    stage.pass(.seconds(60))
    #expect(count == 1)
  }

  @Test func withdrawnBeforeItIsRegistered() throws {
    var isDone = false
    registration.start()
    let (question, _) = try stage.question("Lease/LeaseGrant")
    registration.withdraw { isDone = true }
    #expect(isDone)
    question.answer(Answers.lease(77, seconds: 10))
    stage.pass(.seconds(60))
    #expect(stage.isQuiet())
  }

  /// The claim that is under way cannot come true: its lease is gone.
  @Test func withdrawnWithinAClaim() throws {
    registration.start()
    try grant(77)
    let (question, _) = try claim()
    var isDone = false
    registration.withdraw { isDone = true }
    try stage.question("Lease/LeaseRevoke").question.answer { Answers.header(&$0, 9) }
    question.answer(Answers.claim(written: true))
    #expect(stage.turn { isDone })
    stage.pass(.seconds(60))
    #expect(stage.isQuiet() && registration.state.phase == .withdrawn)
  }

  @Test(arguments: [[0x10], [0x12, 0]] as [[UInt8]])
  func garbageIsNoLease(_ bytes: [UInt8]) throws {
    registration.start()
    let (question, _) = try stage.question("Lease/LeaseGrant")
    question.begin()
    question.send(bytes)
    question.end(.ok, "")
    #expect(stage.turn { registration.state.fault != nil })
    stage.pass(.seconds(4))
    try grant(78)
  }

  /// More than etcd grants anybody, and more than a time here can be.
  @Test(arguments: [9_000_000_001, 1 << 61, Int64.max]) func aLeaseForLongerThanThereIs(_ seconds: Int64)
    throws
  {
    registration.start()
    try stage.question("Lease/LeaseGrant").question.answer(Answers.lease(77, seconds: seconds))
    #expect(stage.turn { registration.state.fault != nil || !stage.open.isEmpty })
    #expect(registration.state.fault?.contains("no message of etcd's") == true)
    stage.pass(.seconds(4))
    try grant(78)
    try claim().0.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.phase == .registered && registration.state.fault == nil })
    stage.pass(.milliseconds(3_400))
    try stage.question("Lease/LeaseKeepAlive").question.answer(Answers.lease(78, seconds: seconds))
    #expect(stage.turn { registration.state.fault != nil || !stage.open.isEmpty })
    #expect(registration.state.failures == 2 && registration.state.phase == .registered)
  }

  /// However long it holds, the key is looked after.
  @Test func aLeaseOfYears() throws {
    registration.start()
    try stage.question("Lease/LeaseGrant").question.answer(Answers.lease(77, seconds: 9_000_000_000))
    try claim().0.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.phase == .registered })
    stage.pass(.seconds(1_100))
    #expect(stage.isQuiet())
    stage.pass(.seconds(101))
    try keepAlive(77, seconds: 9_000_000_000)
  }

  /// The key is neither written nor there; or it is ours, as it was when it could not be written.
  @Test(arguments: [nil, Answers.Pair("/s/a", "10.0.0.1:80", 41, lease: 9)])
  func aClaimThatComesToNothing(_ present: Answers.Pair?) throws {
    registration.start()
    try grant(77)
    for _ in 0..<3 { try claim().0.answer(Answers.claim(written: false, present: present)) }
    #expect(stage.turn { registration.state.fault != nil || !stage.open.isEmpty })
    #expect(registration.state.fault?.contains("neither") == true && registration.state.failures == 1)
    stage.pass(.seconds(4))
    try claim().0.answer(Answers.claim(written: true))
    #expect(stage.turn { registration.state.phase == .registered && registration.state.fault == nil })
  }
}
