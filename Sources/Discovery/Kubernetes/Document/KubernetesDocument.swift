package import Client
package import Mesh
package import Primitives
package import Reactor
internal import Telemetry

/// One key of a ConfigMap, followed by list and watch.
package final class KubernetesDocument: DocumentSource {
  package private(set) var present: DocumentVersion?
  package var fault: String? { watch.fault ?? complaint }

  private let name: String
  private let key: String
  private let watch: KubernetesWatch
  /// What is wrong with the ConfigMap.
  private var complaint: String?
  private var coming: KubernetesConfigMap?
  private var hasChanged = false
  private var wasWell = true
  private let heard: (DocumentVersion) -> Void

  /// - Parameters:
  ///   - namespace: empty: our own.
  ///   - kind: of its token on the loop.
  ///   - heard: of each version, never within a call of the owner's.
  package init(
    namespace: String, configMap name: String, key: String, _ settings: KubernetesSettings,
    client: HTTPClient, on loop: EventLoop, kind: UInt8, seed: UInt64,
    heard: @escaping (DocumentVersion) -> Void
  ) {
    self.name = name
    self.key = key
    self.heard = heard
    let query = KubernetesQuery(
      resource: .configMaps, namespace: namespace.isEmpty ? settings.namespace : namespace)
    watch = KubernetesWatch(
      query, access: KubernetesAccess(settings), client: client, on: loop, seed: seed)
    watch.token = Token(kind: kind, slot: 0, generation: 1)
    watch.owner = self
    watch.aim(at: [name])
  }

  package func stop() { watch.stop() }

  private func take(_ map: KubernetesConfigMap?) {
    coming = map
    hasChanged = true
  }
}

extension KubernetesDocument: KubernetesWatchOwner {
  func listed(_ objects: [KubernetesObject], by watch: KubernetesWatch) {
    take(nil)
    for object in objects { changed(object, by: watch) }
  }

  func changed(_ object: KubernetesObject, by watch: KubernetesWatch) {
    if case .configMap(let map) = object, map.name == name { take(map) }
  }

  func deleted(_ object: KubernetesObject, by watch: KubernetesWatch) {
    if object.name == name { take(nil) }
  }

  func settled(_ watch: KubernetesWatch) {
    turned(watch)
    guard hasChanged else { return }
    hasChanged = false
    let text = coming?.data[key]
    complaint =
      text == nil && coming?.binary.contains(key) == true
      ? "the ConfigMap's key \(key) holds bytes, not text" : nil
    let version = DocumentVersion(bytes: text.map { Array($0.utf8) }, revision: coming?.version ?? "")
    let isOther = present == nil || version.bytes != present?.bytes
    present = version
    if isOther { heard(version) }
  }

  func turned(_ watch: KubernetesWatch) {
    guard wasWell != (watch.fault == nil) else { return }
    wasWell = watch.fault == nil
    if let fault = watch.fault {
      Log.warning(
        present == nil
          ? "the configuration in Kubernetes cannot be fetched"
          : "the configuration in Kubernetes cannot be followed, the former one goes on",
        ["configMap": .string(name), "reason": .string(fault)])
    } else {
      Log.info("the configuration in Kubernetes can be followed again", ["configMap": .string(name)])
    }
  }
}

extension KubernetesDocument: EventHandler {
  package func ready(_ token: Token, _ readiness: Readiness) {}
  package func timerFired(_ payload: UInt64) { watch.wake() }
  package func woken() {}
  package func turnEnded() {}
}
