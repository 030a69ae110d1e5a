/// Hears how a watch is. The control loop's thread.
protocol EtcdWatchOwner: AnyObject {
  /// What is known may be out of date from now on, and what is not known stays so for now.
  /// - Parameter isRefusal: etcd has answered that it will not.
  func watchFailed(_ reason: String, isRefusal: Bool)
  /// All subjects are known, and changes are told at once.
  func watchSettled()
}
