/// Hears how a watch is. The control loop's thread.
protocol EtcdWatchOwner: AnyObject {
  /// What is known may be out of date from now on, and what is not known stays so for now.
  func watchFailed(_ reason: String)
  /// All subjects are known, and changes are told at once.
  func watchSettled()
}
