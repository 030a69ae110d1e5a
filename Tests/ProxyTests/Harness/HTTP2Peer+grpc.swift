import HTTP

extension HTTP2Peer {
  static let grpc = [("content-type", "application/grpc"), ("te", "trailers")]

  /// Client: begins a call.
  func call(_ path: String = "/a.B/C", _ fields: [(String, String)] = []) throws -> HTTP2Call {
    try start("POST", path, Self.grpc + fields, ends: false)
  }

  /// Client: a unary call with one message, to its end.
  func unary(_ path: String = "/a.B/C", _ fields: [(String, String)] = [], message: String = "ask") throws
    -> Message
  {
    let call = try call(path, fields)
    call.send(Self.frame(message))
    call.end()
    return try call.whole()
  }

  /// A message with its prefix.
  static func frame(_ text: String) -> [UInt8] { [0, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }
}

extension HTTP2Call {
  /// Server: a unary answer.
  func answer(_ message: String, status: Int = 0) throws {
    try respond(200, [("content-type", "application/grpc")])
    send(HTTP2Peer.frame(message))
    end([("grpc-status", "\(status)")])
    try peer.flush()
  }

  /// Server: a trailers-only response.
  func fail(_ status: Int, _ fields: [(String, String)] = []) throws {
    let all = [("content-type", "application/grpc"), ("grpc-status", "\(status)")] + fields
    try respond(200, all, ends: true)
  }

  /// Server: a head, and then nothing but trailers.
  func failLate(_ status: Int, _ fields: [(String, String)] = []) throws {
    try respond(200, [("content-type", "application/grpc")])
    end([("grpc-status", "\(status)")] + fields)
    try peer.flush()
  }
}
