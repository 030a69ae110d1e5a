internal import Admin
internal import Configuration
internal import Discovery
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess: AdminSource {
  var snapshot: MeshSnapshot { server.snapshot }
  var start: StartState { reloading?.start ?? StartState(server.snapshot.settings, given: given) }
  var metrics: [WorkerMetrics] { server.metrics }
  var certificates: CertificateState {
    var state = CertificateState()
    state.renewals = certificateRotation.renewals
    state.failures = certificateRotation.failures
    state.problems = certificateRotation.problems
    return state
  }
  var reloads: ReloadState? { reloading?.state }
  func reload() -> ReloadState? { reloadConfiguration() }
  var centreState: CentreState? { centre.state }
  var keySets: [KeySetState] { keySetFetches.states }
  var sources: [SourceState] { updates.discovery.states }
  var keepingProblems: [String]? {
    if server.snapshot.settings.lastGood == nil { return nil }
    return [updates.savingProblem, keeper.problem].compactMap { $0 }
  }
  var leaving: [LeavingEndpoint] { updates.leaving }
  var registrationProblem: String? { registrar.state?.fault }
  func remark(on reference: ServiceReference) -> String? { updates.discovery.remark(on: reference) }
  var status: ProcessStatus {
    ProcessStatus(
      version: Version.text, phase: phase, startedAt: startedAt, now: Clock.now(),
      listeners: server.listeners.map { .init(name: $0.name, address: $0.address) }, admin: adminAddress,
      exchanges: server.activeExchanges)
  }
}
