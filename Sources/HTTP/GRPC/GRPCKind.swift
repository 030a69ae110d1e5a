internal import Primitives

/// Whether a message is gRPC, and in which dress, by its content type: `application/grpc`, `application/grpc-web` or
/// `application/grpc-web-text`, each maybe with `+proto` or the like and with parameters (gRPC's PROTOCOL-HTTP2.md
/// and PROTOCOL-WEB.md). Letters of either case.
public enum GRPCKind: UInt8, Sendable, CaseIterable {
  case none
  /// As it is spoken over HTTP/2, with the status in trailers.
  case grpc
  /// For browsers: the trailers are a last frame of the body.
  case web
  /// `web`, the whole body in base64.
  case webText

  public init(contentType: Span<UInt8>) { self = Self.split(contentType).kind }

  /// What a head's `Content-Type` says.
  public init(_ head: borrowing MessageHead) {
    guard let value = head.value(of: .contentType) else {
      self = .none
      return
    }
    self = GRPCKind(contentType: head.bytes(of: value))
  }

  public var isWeb: Bool { self == .web || self == .webText }

  /// The kind, and where in the content type the format stands, with its `+`: empty where none is named.
  static func split(_ type: Span<UInt8>) -> (kind: GRPCKind, format: Range<Int>) {
    var end = 0
    while end < type.count, type[end] != UInt8(ascii: ";") { end += 1 }
    while end > 0, type[end - 1].isBlank { end -= 1 }
    var plus = 0
    while plus < end, type[plus] != UInt8(ascii: "+") { plus += 1 }
    let base = type.extracting(0..<plus)
    let kind: GRPCKind =
      if base.equalsLowercase("application/grpc") {
        .grpc
      } else if base.equalsLowercase("application/grpc-web") {
        .web
      } else if base.equalsLowercase("application/grpc-web-text") {
        .webText
      } else {
        .none
      }
    return (kind, plus..<end)
  }

  /// The content type without a format; empty for `.none`.
  var contentType: StaticString {
    switch self {
    case .none: ""
    case .grpc: "application/grpc"
    case .web: "application/grpc-web"
    case .webText: "application/grpc-web-text"
    }
  }
}
