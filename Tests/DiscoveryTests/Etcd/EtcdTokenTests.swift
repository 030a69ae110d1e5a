import HTTP
import Mesh
import Primitives
import Protobuf
import Testing

@testable import Client
@testable import Discovery

/// Users, passwords and tokens that expire: the test is etcd.
@Suite struct EtcdTokenTests {
  private typealias Answers = EtcdAnswers

  private let a = "10.0.0.1:80"

  @Test func aTokenIsFetchedOnceAndShown() throws {
    let stage = try SourceStage(credentials: .init(user: "apus", password: "secret"))
    stage.watch("/a/", "/b/")
    let (authentication, message) = try stage.question("Auth/Authenticate")
    let fields = try Answers.fields(message, numbers: [])
    #expect(Answers.text(fields.bytes[1]) == "apus" && Answers.text(fields.bytes[2]) == "secret")
    #expect(stage.isQuiet())
    authentication.answer { $0.string(2, "t1") }
    for _ in 0..<2 {
      let question = try stage.question("KV/Range").question
      #expect(question.metadata["token"] == "t1")
      question.answer(Answers.list([], revision: 10))
    }
    #expect(try stage.question("Watch/Watch").question.metadata["token"] == "t1")
  }

  @Test func aTokenThatHasExpiredIsFetchedAnew() throws {
    let stage = try SourceStage(credentials: .init(user: "apus", password: "secret"))
    stage.watch("/a/")
    try stage.question("Auth/Authenticate").question.answer { $0.string(2, "t1") }
    try stage.question("KV/Range").question.fail(.unauthenticated, "etcdserver: invalid auth token")
    try stage.question("Auth/Authenticate").question.answer { $0.string(2, "t2") }
    let question = try stage.question("KV/Range").question
    #expect(question.metadata["token"] == "t2")
    question.answer(Answers.list([.init("/a/1", a)], revision: 10))
    // A stream keeps the token that it began with: a watch that is refused has another stream.
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    stream.send(Answers.cancelled(-1, isCreated: true, reason: "etcdserver: permission denied"))
    #expect(stage.turn { stream.isReset })
    stage.pass(.seconds(2))
    try stage.question("Auth/Authenticate").question.answer { $0.string(2, "t3") }
    try stage.question("KV/Range").question.answer(Answers.list([.init("/a/1", a)], revision: 12))
    #expect(try stage.question("Watch/Watch").question.metadata["token"] == "t3")
    #expect(stage.sink.addresses("/a/") == [a])
  }

  @Test func aWrongPasswordIsAFault() throws {
    let stage = try SourceStage(credentials: .init(user: "apus", password: "secret"))
    stage.watch("/a/", "/b/")
    let words = "etcdserver: authentication failed, invalid user ID or password"
    try stage.question("Auth/Authenticate").question.fail(.invalidArgument, words)
    // It is no prefix's fault, and not that etcd does not answer.
    #expect(stage.turn { stage.source.state.fault == "INVALID_ARGUMENT: \(words)" })
    #expect(stage.source.state.isRefused && !stage.source.state.knowsAny)
    stage.pass(.seconds(2))
    try stage.question("Auth/Authenticate").question.answer { $0.string(2, "t1") }
    _ = try stage.question("KV/Range")
  }
}
