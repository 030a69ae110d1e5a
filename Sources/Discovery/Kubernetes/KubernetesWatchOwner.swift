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
}
