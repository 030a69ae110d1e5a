/// Hears of one `KubernetesWatch`.
protocol KubernetesWatchOwner: AnyObject {
  /// All objects that there are.
  func listed(_ objects: [KubernetesObject], by watch: KubernetesWatch)
  func changed(_ object: KubernetesObject, by watch: KubernetesWatch)
  func deleted(_ object: KubernetesObject, by watch: KubernetesWatch)
  /// What was told since the last time belongs together; the server is well.
  func settled(_ watch: KubernetesWatch)
  /// `KubernetesWatch.fault` is another. Nil there: all is well.
  func turned(_ watch: KubernetesWatch)
  /// Whether all that is known of others than these objects can be let go for them: of Endpoints, for slices.
  func suffices(_ objects: [KubernetesObject], for watch: KubernetesWatch) -> Bool
}

extension KubernetesWatchOwner {
  func suffices(_ objects: [KubernetesObject], for watch: KubernetesWatch) -> Bool { true }
}
