public import HTTP
internal import Primitives

/// A rule's `CORS` filter: answers preflights, and tells browsers which scripts may read a response (the Fetch
/// standard, sections 3.3 and 4.8; Gateway API's `HTTPCORSFilter`).
///
/// Nothing is refused: a response to a script from elsewhere lacks the permission, and the browser withholds it. What
/// the service says about origins is replaced, so that the rule alone decides.
public struct CORSFilter: Sendable {
  public let settings: CORSSettings
  private let allowsAnyOrigin: Bool
  private let allowsAnyMethod: Bool
  private let allowsAnyHeader: Bool
  /// Values of the fields, ready to be written; empty where there is nothing to say.
  private let methods: [UInt8]
  private let headers: [UInt8]
  private let exposed: [UInt8]
  /// `exposed` with what a client of gRPC-Web has to read.
  private let exposedToGRPCWeb: [UInt8]
  private let maxAge: UInt64

  public init(_ settings: CORSSettings) {
    self.settings = settings
    allowsAnyOrigin = settings.allowOrigins.contains(where: \.isAny)
    allowsAnyMethod = settings.allowMethods.contains("*")
    allowsAnyHeader = settings.allowHeaders.contains("*")
    methods = Array(settings.allowMethods.joined(separator: ", ").utf8)
    headers = Array(settings.allowHeaders.joined(separator: ", ").utf8)
    exposed = Array(settings.exposeHeaders.joined(separator: ", ").utf8)
    let grpc = ["grpc-status", "grpc-message", "grpc-status-details-bin"]
    let named = settings.exposeHeaders
    let missing =
      named.contains("*") ? [] : grpc.filter { name in !named.contains { $0.lowercased() == name } }
    exposedToGRPCWeb = Array((named + missing).joined(separator: ", ").utf8)
    maxAge = UInt64(max(0, settings.maxAge.nanoseconds / 1_000_000_000))
  }

  /// Judges a request before any filter has changed it.
  public func judge(_ request: borrowing MessageHead) -> CORSVerdict {
    var verdict = CORSVerdict()
    guard let origin = request.value(named: "origin") else { return verdict }
    verdict.origin = origin
    let bytes = request.bytes(of: origin)
    for index in settings.allowOrigins.indices where settings.allowOrigins[index].matches(bytes) {
      verdict.isAllowed = true
      break
    }
    verdict.isPreflight =
      request.method == .options && request.index(named: "access-control-request-method") != nil
    return verdict
  }

  /// Makes the answer to a preflight: 204, without the permission where the origin has none.
  public func answer(
    _ verdict: CORSVerdict, _ request: borrowing MessageHead, _ response: inout MessageHead
  ) {
    response.reset(status: 204)
    appendOrigin(verdict, request, &response)
    response.append(name: "vary", value: "access-control-request-method, access-control-request-headers")
    guard verdict.isAllowed else { return }
    if allowsAnyMethod {
      echo("access-control-request-method", as: "access-control-allow-methods", request, &response)
    } else if !methods.isEmpty {
      response.append(name: "access-control-allow-methods") { $0.append(methods.span) }
    }
    // The star would not stand for `Authorization`, nor for anything at all with credentials: what was asked for does.
    if allowsAnyHeader {
      echo("access-control-request-headers", as: "access-control-allow-headers", request, &response)
    } else if !headers.isEmpty {
      response.append(name: "access-control-allow-headers") { $0.append(headers.span) }
    }
    response.append(name: "access-control-max-age") { $0.append(decimal: maxAge) }
  }

  /// Adds the permission to a final response, one of the proxy's own too, behind the rule's other filters.
  public func apply(
    _ verdict: CORSVerdict, _ request: borrowing MessageHead, to response: inout MessageHead
  ) {
    response.remove(named: "access-control-allow-origin")
    response.remove(named: "access-control-allow-credentials")
    response.remove(named: "access-control-expose-headers")
    appendOrigin(verdict, request, &response)
    guard verdict.isAllowed else { return }
    let isWeb = GRPCKind(response).isWeb
    if isWeb {
      response.append(name: "access-control-expose-headers") { $0.append(exposedToGRPCWeb.span) }
    } else if !exposed.isEmpty {
      response.append(name: "access-control-expose-headers") { $0.append(exposed.span) }
    }
  }

  private func appendOrigin(
    _ verdict: CORSVerdict, _ request: borrowing MessageHead, _ response: inout MessageHead
  ) {
    let isSameForAll = allowsAnyOrigin && !settings.allowCredentials
    // A cache must not give one origin's answer to another.
    if !isSameForAll { response.append(.vary, "origin") }
    guard verdict.isAllowed else { return }
    if isSameForAll {
      response.append(name: "access-control-allow-origin", value: "*")
    } else {
      response.append(name: "access-control-allow-origin") { $0.append(request.bytes(of: verdict.origin)) }
    }
    if settings.allowCredentials {
      response.append(name: "access-control-allow-credentials", value: "true")
    }
  }

  private func echo(
    _ name: StaticString, as answer: StaticString, _ request: borrowing MessageHead,
    _ response: inout MessageHead
  ) {
    guard let asked = request.value(named: name) else { return }
    response.append(name: answer) { $0.append(request.bytes(of: asked)) }
  }
}
