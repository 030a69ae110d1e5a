/// What somebody wants to know of etcd's keys: a range, and what becomes of it. Heard on the control loop's thread.
///
/// First a list, then changes. A list comes again where changes are lost; then what it does not name is gone.
protocol EtcdSubject: AnyObject {
  var range: EtcdKeyRange { get }
  /// A list begins. One that had begun before comes to nothing.
  func listBegan()
  /// More of the list, in the order of the keys.
  func listed(_ pairs: [EtcdKeyValue])
  /// One more, of which the value is larger than `EtcdClient.mostValue`: it did not come.
  /// - Returns: whether the list is of use without it; else it is refused.
  func listedWithoutValue(_ pair: EtcdKeyValue) -> Bool
  /// - Parameter isAnotherStore: what was told before was another store's: one that was lost and made anew, or set back
  ///   to what it once was.
  func listEnded(isAnotherStore: Bool)
  /// In the order in which they happened. The same ones may come again, all from one on.
  func changed(_ events: [EtcdWatchResponse.Event])
}
