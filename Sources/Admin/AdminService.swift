public import HTTP
public import LocalServer
internal import Primitives
internal import Telemetry

/// The admin server's pages. It only tells: nothing can be changed through it, so GET and HEAD are all it takes.
public final class AdminService: LocalService {
  private let source: any AdminSource

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
      response.status = source.status.phase == .serving ? 200 : 503
      answer(ReadyPage.value(source), &response)
    case .services: answer(ServicesPage.value(source), &response)
    case .certificates: answer(CertificatesPage.value(source, now: WallClock.now / 1_000_000_000), &response)
    case .keySets: answer(KeySetsPage.value(source), &response)
    case .config: answer(ConfigPage.value(source.snapshot, admin: source.status.admin), &response)
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
