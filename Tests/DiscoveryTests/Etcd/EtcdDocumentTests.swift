import Client
import HTTP
import Primitives
import Reactor
import Testing

@testable import Discovery

@Suite struct EtcdDocumentTests {
  private typealias Answers = EtcdAnswers

  private final class Heard { var versions: [DocumentVersion] = [] }

  private let stage: EtcdStage
  private let document: EtcdDocument
  private let heard = Heard()

  init() throws {
    stage = try EtcdStage()
    document = EtcdDocument("/apus.yaml", stage.etcd, on: stage.loop, kind: 3, seed: 4) { [heard] in
      heard.versions.append($0)
    }
    stage.dispatcher.add(document, kinds: 3...3)
  }

  private func version(_ text: String?, _ revision: String) -> DocumentVersion {
    DocumentVersion(bytes: text.map { Array($0.utf8) }, revision: revision)
  }

  private func list(_ pairs: [EtcdAnswers.Pair], revision: Int64) throws {
    let (question, message) = try stage.question("KV/Range")
    let fields = try Answers.fields(message, numbers: [3, 4])
    #expect(Answers.text(fields.bytes[1]) == "/apus.yaml" && fields.bytes[2] == nil)
    question.answer(Answers.list(pairs, revision: revision))
  }

  @Test func itsVersionsAreTold() throws {
    try list([.init("/apus.yaml", "services: []", 3)], revision: 10)
    #expect(stage.turn { heard.versions == [version("services: []", "3")] })
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    stream.send(Answers.created(0, revision: 10))
    stream.send(Answers.events(0, [("/apus.yaml", "one", 11), ("/apus.yaml", "two", 12)]))
    #expect(stage.turn { heard.versions.last == version("two", "12") })
    #expect(heard.versions.count == 2)
    // Written again, it is the same one.
    stream.send(Answers.events(0, [("/apus.yaml", "two", 13)]))
    #expect(stage.turn { document.present == version("two", "13") })
    #expect(heard.versions.count == 2)
    stream.send(Answers.events(0, [("/apus.yaml", nil, 14)]))
    #expect(stage.turn { heard.versions.last == version(nil, "14") })
  }

  @Test func thereIsNone() throws {
    try list([], revision: 10)
    #expect(stage.turn { heard.versions == [version(nil, "")] })
  }

  @Test func etcdIsAwayForAWhile() throws {
    try list([.init("/apus.yaml", "one", 3)], revision: 10)
    let (stream, _) = try stage.question("Watch/Watch")
    stream.begin()
    stream.send(Answers.created(0, revision: 10))
    #expect(stage.turn { document.present != nil && document.fault == nil })
    stage.cut()
    #expect(stage.turn { document.fault != nil })
    #expect(document.present == version("one", "3"))
    stage.pass(.seconds(1))
    let (again, _) = try stage.question("Watch/Watch")
    again.begin()
    again.send(Answers.created(0, revision: 12))
    #expect(stage.turn { document.fault == nil })
    again.send(Answers.events(0, [("/apus.yaml", "two", 12)]))
    #expect(stage.turn { heard.versions.last == version("two", "12") })
  }
}
