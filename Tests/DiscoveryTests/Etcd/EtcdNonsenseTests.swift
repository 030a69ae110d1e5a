import Mesh
import Primitives
import Protobuf
import Testing

@testable import Discovery

/// Answers that are messages of etcd's, and cannot be true: the test is etcd.
@Suite struct EtcdNonsenseTests: StagedSource {
  let stage: SourceStage

  init() throws { stage = try SourceStage() }

  private func isRefused() -> Bool {
    stage.turn { source.state.fault?.contains("no message of etcd's") == true }
  }

  /// The last one that there can be has none behind it from which to go on.
  @Test(arguments: [Int64.max, -1]) func aListAtARevisionThatThereIsNot(_ revision: Int64) throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/1", a)], revision: revision))
    #expect(isRefused() && sink.heard.isEmpty)
    stage.pass(.seconds(1))
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/1", a, revision)], revision: 10))
    #expect(stage.turn { source.state.failures == 2 })
    #expect(sink.heard.isEmpty)
    stage.pass(.seconds(1))
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    #expect(stage.told([a]))
  }

  @Test(arguments: [Int64.max, -1]) func aWatchAtARevisionThatThereIsNot(_ revision: Int64) throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    stream.send(Answers.created(5, revision: revision))
    #expect(isRefused())
    stage.pass(.seconds(1))
    _ = try stage.resume(from: 11, id: 1)
    #expect(stage.turn { source.state.fault == nil })
  }

  @Test(arguments: [
    Answers.progress(5, revision: .max), Answers.progress(5, revision: .min),
    // The header's is that of the last event.
    Answers.events(5, [("/a/2", "10.0.0.2:80", .max), ("/a/3", "10.0.0.3:80", 12)]),
    Answers.events(5, [("/a/2", "10.0.0.2:80", .max), ("/a/3", "10.0.0.3:80", 12)], isFragment: true),
    Answers.events(5, [("/a/1", nil, .max)]),
  ])
  func aChangeAtARevisionThatThereIsNot(_ message: [UInt8]) throws {
    let stream = try stage.follow()
    #expect(stage.told([a]))
    stream.send(message)
    #expect(isRefused())
    stage.pass(.seconds(1))
    let again = try stage.resume(from: 11, id: 1)
    #expect(stage.turn { source.state.fault == nil })
    #expect(sink.heard.count == 1)
    again.send(Answers.events(1, [("/a/2", b, 11)]))
    #expect(stage.told([a, b]))
  }

  /// Once is a cluster that was made anew. Again and again it is several under one name.
  @Test func anotherClusterInEachAnswer() throws {
    stage.watch("/a/")
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    stream.send(Answers.created(5, revision: 10, cluster: 8))
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/1", b)], revision: 10, cluster: 9))
    #expect(stage.turn { source.state.fault != nil || !stage.etcd.open.isEmpty })
    #expect(source.state.fault?.contains("more than one cluster") == true && stage.etcd.open.isEmpty)
    #expect(sink.heard.count == 1)
    stage.pass(.seconds(1))
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/1", b)], revision: 10, cluster: 9))
    #expect(stage.told([b]))
    let (third, _) = try stage.question("Watch/Watch")
    third.begin()
    third.send(Answers.created(5, revision: 10, cluster: 9))
    #expect(stage.turn { source.state.fault == nil })
    // A while later it is news once more.
    stage.pass(.seconds(60))
    third.send(Answers.events(5, [("/a/2", a, 11)], cluster: 10))
    try stage.question("KV/Range").question.answer(
      Answers.list([.init("/a/1", a)], revision: 10, cluster: 10))
    #expect(stage.told([a]))
  }
}
