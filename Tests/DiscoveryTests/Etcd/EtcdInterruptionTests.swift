import HTTP
import Mesh
import Primitives
import Protobuf
import Reactor
import Testing

@testable import Client
@testable import Discovery

/// What is lost, refused, compacted or nonsense, exactly where it hurts: the test is etcd.
@Suite struct EtcdInterruptionTests: StagedSource {
  let stage: SourceStage

  init() throws { stage = try SourceStage() }

  @Test func aBrokenStreamGoesOnWhereItWas() throws {
    let stream = try stage.follow()
    stream.send(Answers.events(5, [("/a/2", b, 17)]))
    #expect(stage.told([a, b]))
    stage.cut()
    #expect(stage.turn { source.state.fault != nil })
    stage.pass(.seconds(1))
    let again = try stage.resume(from: 18, id: 1)
    #expect(stage.turn { source.state.fault == nil })
    #expect(stage.etcd.open.isEmpty && sink.heard.count == 2)
    again.send(Answers.events(1, [("/a/1", nil, 18)]))
    #expect(stage.told([b]))
  }

  /// What was known held until the stream broke.
  @Test func theAgeCountsFromTheInterruption() throws {
    _ = try stage.follow()
    #expect(stage.turn { source.state.confirmed != nil })
    stage.pass(.seconds(100))
    let before = stage.etcd.loop.now
    stage.cut()
    #expect(stage.turn { source.state.fault != nil })
    let confirmed = try #require(source.state.confirmed)
    #expect(confirmed >= before)
    stage.pass(.milliseconds(10))
    #expect(source.state.confirmed == confirmed)
  }

  @Test func progressSavesFromCompaction() throws {
    let stream = try stage.follow()
    stream.send(Answers.progress(5, revision: 500))
    stage.turn(times: 5)
    stage.cut()
    stage.pass(.seconds(1))
    _ = try stage.resume(from: 501, id: 1)
  }

  /// A piece of what happened at one revision is not all of it.
  @Test func aFragmentIsNoEnd() throws {
    let stream = try stage.follow()
    stream.send(Answers.events(5, [("/a/2", b, 11)], isFragment: true))
    #expect(stage.told([a, b]))
    stage.cut()
    stage.pass(.seconds(1))
    let again = try stage.resume(from: 11, id: 1)
    again.send(Answers.events(1, [("/a/2", b, 11)], isFragment: true))
    again.send(Answers.events(1, [("/a/3", "10.0.0.3:80", 11)]))
    #expect(stage.told([a, b, "10.0.0.3:80"]))
    stage.cut()
    stage.pass(.seconds(1))
    _ = try stage.resume(from: 12, id: 1)
  }

  @Test func compactedAwayItIsListedAgain() throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    stream.send(Answers.cancelled(5, compacted: 90))
    let (question, message) = try stage.question("KV/Range")
    #expect(try Answers.fields(message, numbers: [3, 4]).numbers[4] == nil)
    #expect(sink.heard.count == 1)
    question.answer(Answers.list([.init("/a/2", b)], revision: 100))
    #expect(stage.told([b]))
    var create: [UInt8]?
    #expect(
      stage.turn {
        create = create ?? stream.message()
        return create != nil
      })
    #expect(try SourceStage.start(create ?? []) == 101)
    stream.send(Answers.created(6, revision: 100))
    #expect(stage.turn { source.state.fault == nil && source.state.confirmed != nil })
    // And where the list says the same, nobody hears of it.
    stream.send(Answers.cancelled(6, compacted: 900))
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/2", b)], revision: 1_000))
    stage.turn(times: 20)
    #expect(sink.heard.count == 2)
  }

  @Test func compactedWithinAListItBeginsAgain() throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/1", a)], revision: 10, more: true))
    try stage.question("KV/Range").question.fail(
      .outOfRange, "etcdserver: mvcc: required revision has been compacted")
    let (question, message) = try stage.question("KV/Range")
    #expect(try Answers.fields(message, numbers: [3, 4]).numbers[4] == nil)
    question.answer(Answers.list([.init("/a/2", b)], revision: 30))
    #expect(stage.told([b]))
    #expect(sink.heard.count == 1 && source.state.fault == nil)
  }

  @Test func anotherClusterIsListedFromTheBeginning() throws {
    _ = try stage.follow()
    #expect(stage.told([a]))
    stage.cut()
    stage.pass(.seconds(1))
    let (again, message) = try stage.question("Watch/Watch")
    #expect(try SourceStage.start(message) == 11)
    again.begin()
    again.send(Answers.created(5, revision: 2, cluster: 8))
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/2", b)], revision: 2, cluster: 8))
    #expect(stage.told([b]))
    let (third, next) = try stage.question("Watch/Watch")
    #expect(try SourceStage.start(next) == 3)
    third.begin()
    third.send(Answers.created(5, revision: 2, cluster: 8))
    #expect(stage.turn { source.state.fault == nil })
  }

  /// Nobody has withdrawn anything: whoever is there registers by and by.
  @Test(arguments: [UInt64(7), 8]) func aStoreThatBeginsEmptyTakesNothingAway(_ cluster: UInt64) throws {
    _ = try stage.follow()
    stage.cut()
    stage.pass(.seconds(1))
    let (again, _) = try stage.question("Watch/Watch")
    again.begin()
    again.send(Answers.created(1, revision: 1, cluster: cluster))
    try stage.question("KV/Range").question.answer(Answers.list([], revision: 1, cluster: cluster))
    let stream: EtcdQuestion
    if cluster == 7 {
      stream = again
      stream.send(Answers.created(2, revision: 1, cluster: cluster))
    } else {
      stream = try stage.question("Watch/Watch").question
      stream.begin()
      stream.send(Answers.created(2, revision: 1, cluster: cluster))
    }
    #expect(stage.turn { source.state.fault == nil && source.state.confirmed != nil })
    #expect(sink.heard.count == 1)
    stream.send(Answers.events(2, [("/a/2", "nonsense", 2)], cluster: cluster))
    stage.turn(times: 10)
    #expect(sink.heard.count == 1)
    stream.send(Answers.events(2, [("/a/3", a, 3)], cluster: cluster))
    stage.turn(times: 10)
    #expect(sink.heard.count == 1)
    stream.send(Answers.events(2, [("/a/3", nil, 4)], cluster: cluster))
    #expect(stage.told([]))
  }

  /// A member knows less than we do: that may be because it is slow, or because the store was set back.
  @Test func aStoreThatWasSetBack() throws {
    _ = try stage.follow()
    stage.cut()
    stage.pass(.seconds(1))
    let stream = try stage.resume(from: 11, id: 1, knows: 4)
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/2", b)], revision: 4))
    #expect(stage.told([b]))
    var messages: [[UInt8]] = []
    #expect(
      stage.turn {
        if let message = stream.message() { messages.append(message) }
        return messages.count == 2
      })
    #expect(messages.first == [0x12, 2, 0x08, 1])
    #expect(try SourceStage.start(messages.last ?? []) == 5)
  }

  @Test func aMemberThatIsSlowIsPutUpWith() throws {
    _ = try stage.follow()
    stage.cut()
    stage.pass(.seconds(1))
    let stream = try stage.resume(from: 11, id: 1, knows: 4)
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 20))
    stage.turn(times: 10)
    stream.send(Answers.created(2, revision: 4))
    #expect(stage.turn { source.state.fault == nil && source.state.confirmed != nil })
    #expect(stage.isQuiet())
  }

  @Test func withoutALeaderTheNextMemberIsAsked() throws {
    let stage = try SourceStage(members: 2)
    let (source, sink) = (stage.source, stage.sink)
    stage.watch("/a/")
    let (question, _) = try stage.question("KV/Range")
    question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    stream.send(Answers.created(5, revision: 10))
    #expect(stage.turn { source.state.confirmed != nil })
    stream.end(.unavailable, "etcdserver: no leader")
    #expect(stage.turn { source.state.fault?.contains("no leader") == true })
    stage.pass(.seconds(1))
    let (other, message) = try stage.question("Watch/Watch")
    #expect(other.member != stream.member && stream.member == question.member)
    #expect(try SourceStage.start(message) == 11)
    #expect(sink.addresses("/a/") == [a])
  }

  /// However long the wait between rounds has become, it is one between rounds.
  @Test func eachMemberIsAskedAtOnceBeforeAnybodyWaits() throws {
    let stage = try SourceStage(members: 3)
    stage.watch("/a/")
    for _ in 0..<7 {
      var members: [Int] = []
      for _ in 0..<3 {
        stage.turn(times: 200)
        #expect(stage.etcd.open == ["/etcdserverpb.KV/Range"])
        let (question, _) = try stage.question("KV/Range")
        members.append(question.member)
        question.fail(.unavailable, "etcdserver: request timed out")
      }
      #expect(members.sorted() == [0, 1, 2])
      #expect(stage.turn { stage.etcd.client.callCount == 0 })
      stage.pass(.seconds(15))
    }
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    #expect(stage.told([a]))
  }

  /// As etcd does when it is told to stop.
  @Test func aStreamThatEndsWellIsToldInWords() throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    stream.end(.ok, "")
    #expect(stage.turn { source.state.fault != nil })
    #expect(source.state.fault == "etcd has ended the stream")
  }

  @Test(arguments: [[0xff], [0x0a, 9], [0x5a, 1, 0x0a], [0x10, 1, 0x18, 1]] as [[UInt8]])
  func garbageEndsTheStream(_ bytes: [UInt8]) throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    stream.send(bytes)
    #expect(stage.turn { source.state.fault?.contains("no message of etcd's") == true })
    stage.pass(.seconds(1))
    _ = try stage.resume(from: 11, id: 1)
    #expect(stage.turn { source.state.fault == nil })
    #expect(sink.heard.count == 1)
  }

  @Test func aListThatDoesNotGoOnIsGarbage() throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/5", a)], revision: 10, more: true))
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/4", a)], revision: 10, more: true))
    #expect(stage.turn { source.state.fault != nil })
    #expect(sink.heard.isEmpty)
    stage.pass(.seconds(1))
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/5", a)], revision: 10))
    #expect(stage.told([a]))
  }

  @Test func aListThatIsTooLargeComesInSmallerPages() throws {
    stage.watch("/a/")
    let (question, message) = try stage.question("KV/Range")
    let limit = try #require(try Answers.fields(message, numbers: [3, 4]).numbers[3])
    question.begin()
    question.sendTooLong()
    let (next, smaller) = try stage.question("KV/Range")
    let less = try #require(try Answers.fields(smaller, numbers: [3, 4]).numbers[3])
    #expect(less < limit && less > 0)
    next.answer(Answers.list([.init("/a/1", a)], revision: 10))
    #expect(stage.told([a]))
  }

  /// One that must not be read does not keep the others from it.
  @Test func aPrefixThatIsRefused() throws {
    stage.watch("/a/", "/b/")
    for _ in 0..<2 {
      let (question, message) = try stage.question("KV/Range")
      if Answers.text(try Answers.fields(message, numbers: [3, 4]).bytes[1]) == "/b/" {
        question.fail(.permissionDenied, "etcdserver: permission denied")
      } else {
        question.answer(Answers.list([.init("/a/1", a)], revision: 10))
      }
    }
    #expect(stage.told([a]))
    let stream = try stage.resume(from: 11, id: 5)
    #expect(stage.turn { source.state.fault?.contains("/b/") == true })
    #expect(source.state.answered == 1 && stage.isQuiet())
    stage.pass(.seconds(2))
    try stage.question("KV/Range").question.answer(Answers.list([.init("/b/1", b)], revision: 11))
    #expect(stage.told([b], "/b/"))
    #expect(stage.turn { stream.message() != nil })
    stream.send(Answers.created(6, revision: 11))
    #expect(stage.turn { source.state.fault == nil })
  }

  @Test func itIsTriedAgainLaterAndLater() throws {
    stage.watch("/a/")
    for _ in 0..<8 {
      try stage.question("KV/Range").question.fail(.unavailable, "etcdserver: request timed out")
      #expect(stage.turn { stage.etcd.client.callCount == 0 })
      stage.pass(.seconds(15))
    }
    #expect(source.state.failures == 8)
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    #expect(stage.told([a]))
  }

  @Test func afterItsStopNothingIsTold() throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    source.stop()
    #expect(stage.turn { stream.isReset })
    stage.pass(.seconds(60))
    #expect(stage.isQuiet())
  }
}
