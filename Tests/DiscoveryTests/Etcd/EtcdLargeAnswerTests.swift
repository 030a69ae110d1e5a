import Client
import HTTP
import Mesh
import Primitives
import Protobuf
import Reactor
import Testing

@testable import Discovery

/// Answers that are larger than is taken: each has to be got over, and others do not wait for it.
@Suite struct EtcdLargeAnswerTests: StagedSource {
  let stage: SourceStage

  init() throws { stage = try SourceStage() }

  /// What a question for a list asks for.
  private struct Asked {
    let from: String
    let limit: Int64
    let revision: Int64?
    let isKeysOnly: Bool

    init(_ message: [UInt8]) throws {
      let fields = try Answers.fields(message, numbers: [3, 4, 8])
      from = Answers.text(fields.bytes[1])
      limit = fields.numbers[3] ?? 0
      revision = fields.numbers[4]
      isKeysOnly = fields.numbers[8] == 1
    }
  }

  private func list(_ stage: EtcdStage? = nil) throws -> (question: EtcdQuestion, asked: Asked) {
    let (question, message) = try (stage ?? self.stage.etcd).question("KV/Range")
    return (question, try Asked(message))
  }

  private func refuse(_ question: EtcdQuestion) {
    question.begin()
    question.sendTooLong()
  }

  /// Pages become smaller until one key is asked for without its value.
  /// - Returns: the sizes of the pages, and the last question.
  private func narrow(_ stage: EtcdStage? = nil) throws -> (
    limits: [Int64], question: EtcdQuestion, asked: Asked
  ) {
    var limits: [Int64] = []
    while true {
      let (question, asked) = try list(stage)
      if asked.isKeysOnly { return (limits, question, asked) }
      limits.append(asked.limit)
      try #require(limits.count < 20)
      refuse(question)
    }
  }

  /// Where it went on, it would be told the same for ever.
  @Test func aWatchIsListedAgain() throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    stream.sendTooLong()
    #expect(stage.turn { source.state.fault?.contains("a message has more than") == true })
    #expect(source.state.failures == 1)
    #expect(stage.turn { stream.isReset })
    stage.pass(.seconds(1))
    let (question, asked) = try list()
    #expect(asked.revision == nil)
    question.answer(Answers.list([.init("/a/2", b)], revision: 40))
    #expect(stage.told([b]))
    _ = try stage.resume(from: 41, id: 1)
    #expect(stage.turn { source.state.fault == nil })
  }

  /// Each time it waits a little longer before it asks again.
  @Test func aWatchThatBringsItAgainAndAgain() throws {
    var stream = try stage.follow()
    for turn in 1...6 {
      stream.sendTooLong()
      #expect(stage.turn { source.state.failures == UInt64(turn) })
      #expect(stage.isQuiet() || turn == 1)
      stage.pass(.seconds(15))
      try list().question.answer(Answers.list([.init("/a/1", a)], revision: 10))
      stream = try stage.resume(from: 11, id: 1)
    }
    #expect(stage.turn { source.state.fault == nil })
    #expect(sink.heard.count == 1)
  }

  @Test func aKeyOfAPrefixIsPassedOver() throws {
    stage.watch("/a/")
    try list().question.answer(Answers.list([.init("/a/1", a)], revision: 10, more: true))
    let (limits, question, asked) = try narrow()
    #expect(limits.first ?? 0 > 1 && limits.last == 1 && limits == limits.sorted(by: >))
    // From where it was, as the store was then.
    #expect(asked.from == "/a/1\0" && asked.revision == 10 && asked.limit == 1)
    question.answer(Answers.list([.init("/a/2", "", 3)], revision: 12, more: true))
    let (next, rest) = try list()
    #expect(rest.from == "/a/2\0" && rest.revision == 10 && !rest.isKeysOnly && rest.limit > 1)
    next.answer(Answers.list([.init("/a/3", b)], revision: 12))
    #expect(stage.told([a, b]))
    let stream = try stage.resume(from: 11, id: 5)
    #expect(stage.turn { source.state.fault == nil && source.state.confirmed != nil })
    // It is smaller now.
    stream.send(Answers.events(5, [("/a/2", "10.0.0.9:80", 13)]))
    #expect(stage.told([a, "10.0.0.9:80", b]))
  }

  /// A library between us and the store may take less than we do.
  @Test func theOtherSideFindsItTooLarge() throws {
    stage.watch("/a/")
    let (first, whole) = try list()
    first.fail(.resourceExhausted, "grpc: trying to send message larger than max (3 vs. 2)")
    let (second, smaller) = try list()
    #expect(smaller.limit < whole.limit)
    second.answer(Answers.list([.init("/a/1", a)], revision: 10))
    #expect(stage.told([a]))
  }

  /// The last one, or gone by now.
  @Test(arguments: [true, false]) func itEndsTheList(_ isThere: Bool) throws {
    stage.watch("/a/")
    try narrow().question.answer(Answers.list(isThere ? [.init("/a/1", "")] : [], revision: 10))
    #expect(stage.told([]))
    _ = try stage.resume(from: 11, id: 5)
    #expect(stage.turn { source.state.fault == nil })
  }

  /// Without its value a document is nothing: it is asked for again, and others go on.
  @Test func aDocumentIsAskedForAgain() throws {
    let etcd = try EtcdStage()
    var versions: [DocumentVersion] = []
    let document = EtcdDocument("/apus.yaml", etcd.etcd, on: etcd.loop, kind: 3, seed: 4) {
      versions.append($0)
    }
    etcd.dispatcher.add(document, kinds: 3...3)
    let key = EtcdAnswers.Pair("/apus.yaml", "", 3)
    for _ in 0..<3 {
      try narrow(etcd).question.answer(Answers.list([key], revision: 10))
      #expect(etcd.turn { document.fault != nil })
      #expect(document.fault == "/apus.yaml: the value has more than 16777216 bytes")
      #expect(etcd.isQuiet())
      etcd.pass(.seconds(60))
    }
    try list(etcd).question.answer(Answers.list([.init("/apus.yaml", "one", 4)], revision: 20))
    #expect(etcd.turn { versions.count == 1 })
    let (stream, message) = try etcd.question("Watch/Watch")
    #expect(try SourceStage.start(message) == 21)
    stream.begin()
    stream.send(Answers.created(0, revision: 20))
    #expect(etcd.turn { document.fault == nil })
    // One that grows too large while it is followed.
    stream.sendTooLong()
    #expect(etcd.turn { document.fault?.contains("a message has more than") == true })
    etcd.pass(.seconds(1))
    try narrow(etcd).question.answer(Answers.list([key], revision: 30))
    #expect(etcd.turn { document.fault?.hasPrefix("/apus.yaml:") == true })
    #expect(versions.count == 1)
  }
}
