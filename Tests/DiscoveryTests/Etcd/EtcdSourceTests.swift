import HTTP
import Mesh
import Primitives
import Protobuf
import Testing

@testable import Client
@testable import Discovery

/// What the source asks, and what it tells: the test is etcd.
@Suite struct EtcdSourceTests: StagedSource {
  let stage: SourceStage

  init() throws { stage = try SourceStage() }

  @Test func aPrefixIsListedPageByPageAndThenFollowed() throws {
    stage.watch("/a/")
    #expect(source.state.references == 1 && source.state.answered == 0)
    let (first, question) = try stage.question("KV/Range")
    var fields = try Answers.fields(question, numbers: [3, 4])
    #expect(Answers.text(fields.bytes[1]) == "/a/" && Answers.text(fields.bytes[2]) == "/a0")
    #expect(fields.numbers[4] == nil && (fields.numbers[3] ?? 0) > 0)
    first.answer(Answers.list([.init("/a/1", a)], revision: 10, more: true))

    let (second, next) = try stage.question("KV/Range")
    fields = try Answers.fields(next, numbers: [3, 4])
    #expect(fields.bytes[1] == Array("/a/1".utf8) + [0] && fields.numbers[4] == 10)
    #expect(sink.heard.isEmpty)
    second.answer(Answers.list([.init("/a/2", b)], revision: 12))
    #expect(stage.told([a, b]))
    #expect(source.state.answered == 1)

    let (stream, message) = try stage.question("Watch/Watch")
    #expect(stream.metadata["hasleader"] == "true")
    let create = try Answers.fields(message, numbers: []).bytes[1] ?? []
    fields = try Answers.fields(create, numbers: [3, 4, 7, 8])
    #expect(Answers.text(fields.bytes[1]) == "/a/" && Answers.text(fields.bytes[2]) == "/a0")
    #expect(fields.numbers == [3: 11, 4: 1, 8: 1])
    stream.begin()
    stream.send(Answers.created(5, revision: 12))
    #expect(stage.turn { source.state.confirmed != nil })

    stream.send(Answers.events(5, [("/a/2", nil, 13), ("/a/3", "10.0.0.3:80", 13)]))
    #expect(stage.told([a, "10.0.0.3:80"]))
    stream.send(Answers.events(5, [("/a/1", nil, 14), ("/a/3", nil, 15)]))
    #expect(stage.told([]))
    #expect(source.state.changes == 3 && sink.heard.count == 3)
    #expect(stage.isQuiet())
  }

  @Test func nothingIsAnAnswerToo() throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(Answers.list([], revision: 3))
    #expect(stage.told([]))
    #expect(sink.heard.count == 1)
  }

  /// Another value that says the same, a key that is none of ours, an address that is there already.
  @Test func onlyChangesAreTold() throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    stream.send(
      Answers.events(
        5, [("/a/1", #"{"address":"\#(a)"}"#, 11), ("/b/1", b, 12), ("/a/9", a, 13), ("/a/9", nil, 14)]))
    stream.send(Answers.events(5, [("/a/2", b, 15)]))
    #expect(stage.told([a, b]))
    #expect(sink.heard.count == 2)
  }

  /// Whichever was written first: the order of the keys decides.
  @Test func ofTwoKeysWithOneAddressTheFirstCounts() throws {
    let reference = ServiceReference.etcd(EtcdReference(prefix: "/a/"))
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/5", #"{"address":"\#(a)","weight":5}"#), .init("/a/7", b)], revision: 10))
    #expect(stage.told([a, b]) && source.remark(on: reference) == nil)
    let stream = try stage.resume(from: 11, id: 5)
    stream.send(
      Answers.events(
        5,
        [("/a/9", #"{"address":"\#(a)","weight":9}"#, 11), ("/a/1", #"{"address":"\#(a)","weight":1}"#, 12)]))
    #expect(stage.turn { sink.heard.last?.endpoints.map(\.weight) == [1, 1] })
    #expect(
      source.remark(on: reference)
        == "the key /a/5 does not count: /a/1, which goes before it, has the same address; and so it is with 1 more"
    )
    stream.send(Answers.events(5, [("/a/1", nil, 13), ("/a/9", nil, 14)]))
    #expect(stage.turn { sink.heard.last?.endpoints.map(\.weight) == [5, 1] })
    #expect(source.remark(on: reference) == nil)
  }

  @Test func valuesThatCannotBeUsedArePassedOver() throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/0", "nonsense"), .init("/a/1", a), .init("/a/2", b)], revision: 10))
    #expect(stage.told([a, b]))
    let stream = try stage.resume(from: 11, id: 5)
    stream.send(Answers.events(5, [("/a/2", "unix:/run/x", 11), ("/a/0", "10.0.0.9:80", 12)]))
    #expect(stage.told(["10.0.0.9:80", a]))
  }

  @Test func severalPrefixesShareAStream() throws {
    stage.watch("/a/", "/b/")
    for _ in 0..<2 {
      let (question, message) = try stage.question("KV/Range")
      let prefix = Answers.text(try Answers.fields(message, numbers: [3, 4]).bytes[1])
      question.answer(Answers.list([.init("\(prefix)1", prefix == "/a/" ? a : b)], revision: 10))
    }
    #expect(stage.told([a]) && stage.told([b], "/b/"))
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    var second: [UInt8]?
    #expect(
      stage.turn {
        second = second ?? stream.message()
        return second != nil
      })
    #expect(stage.isQuiet())
    stream.send(Answers.created(1, revision: 10))
    stream.send(Answers.created(2, revision: 10))
    #expect(stage.turn { source.state.confirmed != nil })
  }

  @Test func whatIsNotWantedAnyMoreIsNotWatched() throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    source.watch([])
    var cancel: [UInt8]?
    #expect(
      stage.turn {
        cancel = cancel ?? stream.message()
        return cancel != nil
      })
    #expect(cancel == [0x12, 2, 0x08, 5])
    stream.send(Answers.events(5, [("/a/2", b, 11)]))
    #expect(stage.isQuiet())
    #expect(sink.heard.count == 1 && source.state.references == 0 && source.state.answered == 0)
    // And again: it is told anew.
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 12))
    #expect(stage.turn { sink.heard.count == 2 })
  }

  @Test func aWatchThatComesTooLateIsCancelled() throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    let (stream, _) = try stage.question("Watch/Watch")
    source.watch([])
    stream.begin()
    stream.send(Answers.created(5, revision: 10))
    var cancel: [UInt8]?
    #expect(
      stage.turn {
        cancel = cancel ?? stream.message()
        return cancel != nil
      })
    #expect(cancel == [0x12, 2, 0x08, 5])
  }
}
