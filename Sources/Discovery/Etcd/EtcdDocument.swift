package import Primitives
package import Reactor
internal import Telemetry

/// The value of one key, followed.
package final class EtcdDocument: DocumentSource {
  package let key: String
  let range: EtcdKeyRange
  package private(set) var present: DocumentVersion?
  package private(set) var fault: String?

  private var coming: EtcdKeyValue?
  private var watch: EtcdWatch!
  private let heard: (DocumentVersion) -> Void

  /// - Parameters:
  ///   - kind: of its token on the loop.
  ///   - heard: of each version, never within a call of the owner's.
  package init(
    _ key: String, _ etcd: EtcdClient, on loop: EventLoop, kind: UInt8, seed: UInt64,
    heard: @escaping (DocumentVersion) -> Void
  ) {
    self.key = key
    self.heard = heard
    range = EtcdKeyRange(key: key)
    watch = EtcdWatch(
      etcd, on: loop, token: Token(kind: kind, slot: 0, generation: 1), owner: self, seed: seed)
    watch.add(self)
  }

  package func stop() { watch.stop() }

  private func take(_ version: DocumentVersion) {
    let isOther = present == nil || version.bytes != present?.bytes
    present = version
    if isOther { heard(version) }
  }
}

extension EtcdDocument: EtcdSubject {
  func listBegan() { coming = nil }
  func listed(_ pairs: [EtcdKeyValue]) { coming = pairs.first ?? coming }
  func listedWithoutValue(_ pair: EtcdKeyValue) -> Bool { false }
  func listEnded(isAnotherStore: Bool) {
    take(DocumentVersion(bytes: coming?.value, revision: coming.map { "\($0.modified)" } ?? ""))
    coming = nil
  }

  func changed(_ events: [EtcdWatchResponse.Event]) {
    // Of several only what they come to.
    guard let last = events.last else { return }
    switch last {
    case .put(let pair): take(DocumentVersion(bytes: pair.value, revision: "\(pair.modified)"))
    case .delete(let pair): take(DocumentVersion(bytes: nil, revision: "\(pair.modified)"))
    }
  }
}

extension EtcdDocument: EtcdWatchOwner {
  func watchFailed(_ reason: String, isRefusal: Bool) {
    if fault == nil {
      Log.warning(
        present == nil
          ? "the configuration in etcd cannot be fetched"
          : "the configuration in etcd cannot be followed, the former one goes on",
        ["key": .string(key), "reason": .string(reason)])
    }
    fault = reason
  }

  func watchSettled() {
    if fault != nil { Log.info("the configuration in etcd can be followed again", ["key": .string(key)]) }
    fault = nil
  }
}

extension EtcdDocument: EventHandler {
  package func ready(_ token: Token, _ readiness: Readiness) { watch.wake() }
  package func timerFired(_ payload: UInt64) { watch.wake() }
  package func woken() {}
  package func turnEnded() {}
}
