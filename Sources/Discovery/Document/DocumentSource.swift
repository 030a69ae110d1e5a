package import Reactor

/// Follows one document that lives somewhere else: a configuration in etcd, or in a ConfigMap.
///
/// Each version is told whole, when it is known first and whenever it is another. What cannot be asked changes nothing.
/// The control loop's thread; it takes one kind of tokens.
package protocol DocumentSource: EventHandler {
  /// Nil: not known yet.
  var present: DocumentVersion? { get }
  /// Why it may be out of date, for people.
  var fault: String? { get }
  func stop()
}
