public import Mesh
public import Telemetry

/// Where the admin server's pages get their facts from. The control thread only.
public protocol AdminSource: AnyObject {
  var snapshot: MeshSnapshot { get }
  var start: StartState { get }
  /// One for each worker.
  var metrics: [WorkerMetrics] { get }
  var status: ProcessStatus { get }
  var certificates: CertificateState { get }
  /// Nil where the configuration did not come from a file.
  var reloads: ReloadState? { get }
  /// Loads the configuration's file anew. Nil where there is none.
  func reload() -> ReloadState?
  /// Nil where the configuration is a file and nothing else.
  var centreState: CentreState? { get }
  /// One for each key set that is fetched.
  var keySets: [KeySetState] { get }
  /// One for each source of endpoints that is asked.
  var sources: [SourceState] { get }
  /// Why what is kept for a start without sources cannot be written, for people; nil: nothing is to be kept.
  var keepingProblems: [String]? { get }
  /// Endpoints that the snapshot does not have any more, and that are still busy.
  var leaving: [LeavingEndpoint] { get }
  /// Why others do not find this process, though they should.
  var registrationProblem: String? { get }
  /// Why a source has no endpoints for it, where it says.
  func remark(on reference: ServiceReference) -> String?
}
