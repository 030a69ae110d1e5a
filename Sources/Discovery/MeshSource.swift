public import Mesh

/// Something that knows where services' endpoints are: DNS, etcd, Kubernetes. A folder each.
///
/// It lives on the control loop. What it finds it tells its `MeshSink`, whole for each reference and only where it has
/// changed. What it cannot find out changes nothing: the last answer holds, and `state` says how old it is.
public protocol MeshSource: AnyObject {
  /// Its name in logs, metrics and on `/services`, and how it is.
  var state: SourceState { get }

  /// From now on looks for these, and for no others. Those that were looked for before are not disturbed, and are not
  /// told again; what is new is told once it is known, also where nothing was found.
  func watch(_ references: Set<ServiceReference>)

  /// What else there is to say of a reference that was answered, for people: why it has no endpoints.
  func remark(on reference: ServiceReference) -> String?

  /// Ends everything that is under way: nothing more is told.
  func stop()
}

extension MeshSource {
  public func remark(on reference: ServiceReference) -> String? { nil }
}

/// Hears what sources have found. The control loop's thread.
public protocol MeshSink: AnyObject {
  /// All endpoints that there are for that reference now.
  func found(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference)

  /// The reference's endpoints are those of another one, which another source has to find, until `found` or this is called
  /// for it again. Where nobody has found those yet, what was known of the reference holds.
  func delegated(_ reference: ServiceReference, to other: ServiceReference)
}
