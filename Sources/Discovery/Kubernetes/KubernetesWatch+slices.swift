internal import Primitives
internal import Reactor
internal import Telemetry

/// Endpoints in the place of slices, and the way back: where slices are not served, or not allowed, that may change while
/// this process lives. What Endpoints have told holds until slices have been listed.
extension KubernetesWatch {
  /// Slices are being listed while Endpoints serve.
  var isLooking: Bool { fallback != nil && query.resource == .endpointSlices }

  var isLookDue: Bool {
    guard let fallback, query.resource == .endpoints, listing.continuation.isEmpty else { return false }
    return fallback.isDue(loop.now)
  }

  func fallBack(since reason: String) {
    fallback = KubernetesFallback(reason: reason, now: loop.now)
    query.resource = .endpoints
    Log.info(
      "Kubernetes has no EndpointSlices for us: Endpoints are used in their place",
      ["namespace": .string(query.namespace), "reason": .string(reason)])
  }

  /// Endpoints will not do either.
  func wantSlices() {
    fallback = nil
    query.resource = .endpointSlices
  }

  func lookForSlices() {
    fallback?.looks(from: version)
    version = ""
    query.resource = .endpointSlices
  }

  /// Endpoints go on from where they were.
  func goBackToEndpoints() {
    query.resource = .endpoints
    version = fallback?.version ?? ""
    listing = KubernetesListing()
    phase = .waiting
    fallback?.looked(loop.now)
  }

  func lookedInVain() {
    goBackToEndpoints()
    begin()
  }

  func leaveEndpoints() {
    fallback = nil
    Log.info(
      "EndpointSlices are there: they are used in the place of Endpoints",
      ["namespace": .string(query.namespace)])
  }
}
