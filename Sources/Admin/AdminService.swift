public import HTTP
public import LocalServer
public import Mesh
internal import Primitives
internal import Telemetry

/// The admin server's pages. They only tell; all that can be asked for is that the configuration's file is loaded anew, by
/// a POST with a field of its own, which no page of another site can make a browser send.
public final class AdminService: LocalService {
  private let source: any AdminSource

  /// The field that a POST has to carry; its value does not matter.
  public static let requestField = "x-apus-request"
  /// Where it goes.
  public static let reloadPath = "/reload"
  public static var configPath: String { Page.config.rawValue }

  private enum Page: String, CaseIterable {
    case index = "/"
    case ready = "/ready"
    case live = "/live"
    case metrics = "/metrics"
    case services = "/services"
    case config = "/config"
    case certificates = "/certificates"
    case keySets = "/keysets"

    var summary: String {
      switch self {
      case .index: "this page"
      case .ready: "200 while requests are served, 503 before and while draining"
      case .live: "200 while the process turns"
      case .metrics: "Prometheus' text format"
      case .services: "endpoints, active requests, breakers, limits"
      case .config: "the configuration in effect"
      case .keySets: "whose bearer tokens are believed, and how fresh their keys are"
      case .certificates: "certificates, without keys, and how long they are valid"
      }
    }
  }

  public init(source: any AdminSource) { self.source = source }

  public func respond(to request: borrowing MessageHead, _ response: inout LocalResponse) {
    response.fields = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    let path = text(request.path, of: request)
    if path == Self.reloadPath { return reload(request, &response) }
    guard let page = Page(rawValue: path) else {
      response.status = 404
      let pages = Page.allCases.map(\.rawValue).joined(separator: " ")
      response.body.append("nothing is here; there are: \(pages)\n")
      return
    }
    guard request.method == .get || request.method == .head else {
      response.status = 405
      response.fields.append(("Allow", "GET, HEAD"))
      response.body.append("\(path) can be read, and nothing else\n")
      return
    }
    fill(page, &response)
  }

  /// What `/config` would say of that snapshot, in JSON.
  public static func configuration(_ snapshot: MeshSnapshot) -> [UInt8] {
    var text = ByteBuffer()
    JSONEncoder.append(
      ConfigPage.value(snapshot, admin: snapshot.settings.admin, StartState(snapshot.settings)), to: &text)
    return text.withBytes { bytes in bytes.indices.map { bytes[$0] } }
  }

  private func reload(_ request: borrowing MessageHead, _ response: inout LocalResponse) {
    guard request.method == .post else {
      response.status = 405
      response.fields.append(("Allow", "POST"))
      return response.body.append("the configuration is loaded anew by POST; `apus reload` does it\n")
    }
    guard request.index(named: Array(Self.requestField.utf8).span) != nil else {
      response.status = 403
      return response.body.append("the field \(Self.requestField) is missing: `apus reload` sends it\n")
    }
    guard let state = source.reload() else {
      response.status = 409
      return response.body.append(
        source.status.phase == .starting
          ? "the process waits for the sources of endpoints: the configuration is loaded anew after that\n"
          : "the configuration did not come from a file that could be read again, or the process is ending or being taken over\n"
      )
    }
    response.status = state.faults.isEmpty ? (state.awaited.isEmpty ? 200 : 202) : 422
    answer(ReloadPage.value(state, version: source.snapshot.version), &response)
  }

  private func fill(_ page: Page, _ response: inout LocalResponse) {
    switch page {
    case .index:
      response.contentType = "text/html; charset=utf-8"
      let links = Page.allCases.map { ($0.rawValue, $0.summary) }
      IndexPage.append(status: source.status, links: links, to: &response.body)
    case .live: response.body.append("live\n")
    case .metrics:
      response.contentType = MetricsPage.contentType
      MetricsPage.append(source, to: &response.body)
    case .ready:
      response.status = source.status.phase.isReady ? 200 : 503
      answer(ReadyPage.value(source), &response)
    case .services: answer(ServicesPage.value(source), &response)
    case .certificates: answer(CertificatesPage.value(source, now: WallClock.now / 1_000_000_000), &response)
    case .keySets: answer(KeySetsPage.value(source), &response)
    case .config:
      for key in GivenKey.allCases where source.start.given.contains(key) {
        response.fields.append((key.field, "yes"))
      }
      answer(ConfigPage.value(source.snapshot, admin: source.status.admin, source.start), &response)
    }
  }

  private func answer(_ value: JSONValue, _ response: inout LocalResponse) {
    response.contentType = "application/json"
    JSONEncoder.append(value, to: &response.body)
  }

  private func text(_ range: ByteRange, of request: borrowing MessageHead) -> String {
    request.withBytes(of: range) { bytes in
      var copy: [UInt8] = []
      for index in bytes.indices { copy.append(bytes[index]) }
      return String(decoding: copy, as: UTF8.self)
    }
  }
}
