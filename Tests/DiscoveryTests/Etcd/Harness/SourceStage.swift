import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// A source in front of a cluster for which the test speaks.
final class SourceStage {
  let etcd: EtcdStage
  let sink = NotedEndpoints()
  let source: EtcdSource

  init(members: Int = 1, credentials: EtcdSettings.Credentials? = nil) throws {
    etcd = try EtcdStage(members: members, credentials: credentials)
    source = EtcdSource(etcd.etcd, on: etcd.loop, kind: 1, sink: sink, seed: 2)
    etcd.dispatcher.add(source, kinds: 1...1)
  }

  func turn(until condition: () throws -> Bool) rethrows -> Bool { try etcd.turn(until: condition) }
  func turn(times: Int) { etcd.turn(times: times) }
  func pass(_ interval: Interval) { etcd.pass(interval) }
  func cut() { etcd.cut() }
  func isQuiet() -> Bool { etcd.isQuiet() }

  func question(_ method: String, at location: SourceLocation = #_sourceLocation) throws -> (
    question: EtcdQuestion, message: [UInt8]
  ) {
    try etcd.question(method, at: location)
  }

  func watch(_ prefixes: String...) {
    source.watch(Set(prefixes.map { .etcd(EtcdReference(prefix: $0)) }))
  }

  /// Has `/a/` listed with one endpoint at revision 10, and watched from 11 on under the number 5.
  func follow() throws -> EtcdQuestion {
    watch("/a/")
    try question("KV/Range").question.answer(
      EtcdAnswers.list([.init("/a/1", "10.0.0.1:80")], revision: 10))
    return try resume(from: 11, id: 5)
  }

  /// Takes the next stream of watches and its first question.
  /// - Parameter knows: the member's own revision.
  func resume(from revision: Int64, id: Int64, knows: Int64? = nil) throws -> EtcdQuestion {
    let (stream, message) = try question("Watch/Watch")
    #expect(try Self.start(message) == revision)
    stream.begin()
    stream.send(EtcdAnswers.created(id, revision: knows ?? revision - 1))
    return stream
  }

  /// Where a watch is to begin.
  static func start(_ message: [UInt8]) throws -> Int64? {
    let create = try EtcdAnswers.fields(message, numbers: []).bytes[1] ?? []
    return try EtcdAnswers.fields(create, numbers: [3, 4, 7, 8]).numbers[3]
  }

  func told(_ addresses: [String], _ prefix: String = "/a/") -> Bool {
    turn { sink.addresses(prefix) == addresses }
  }
}
