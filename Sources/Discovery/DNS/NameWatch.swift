internal import DNS
internal import Mesh
internal import Primitives

/// One reference that a `DNSSource` looks after: when it is asked for, and what is known of it.
final class NameWatch {
  let reference: DNSReference
  var schedule: DNSSchedule
  var timer = TimerWheel.ID.none
  /// Under way.
  var inquiry: NameInquiry?
  /// Nil: nobody has answered yet.
  var endpoints: [DiscoveredEndpoint]?
  /// By name, as they were answered last: what could not be asked again is what it was.
  var hosts: [String: HostAddresses] = [:]
  /// Why the last question failed; nil: it did not.
  var fault: String?
  /// The same with its name, for people.
  var complaint: String? { fault.map { "\(reference.name): \($0)" } }

  init(_ reference: DNSReference, _ schedule: DNSSchedule) {
    self.reference = reference
    self.schedule = schedule
  }
}
