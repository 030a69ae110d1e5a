/// A request or response as a test reads it off a wire.
struct Message: Sendable {
  var startLine: String
  var fields: [(name: String, value: String)]
  var body: [UInt8] = []
  var trailers: [(name: String, value: String)] = []

  /// The response's status; 0 for a request.
  var status: Int { startLine.hasPrefix("HTTP/") ? Int(startLine.split(separator: " ")[1]) ?? 0 : 0 }
  var text: String { String(decoding: body, as: UTF8.self) }

  /// All values of a field, by name without regard to case.
  func values(_ name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }
  subscript(_ name: String) -> String? { values(name).first }
}

extension Wire {
  /// Reads one whole message. `answering`: the method that a response belongs to, for HEAD's lack of a body.
  func readMessage(answering method: String = "GET") throws -> Message {
    try readBody(of: try readHead(), answering: method)
  }

  /// Reads what follows a head.
  func readBody(of head: Message, answering method: String = "GET") throws -> Message {
    var message = head
    let status = message.status
    if status / 100 == 1 || status == 204 || status == 304 || (status > 0 && method == "HEAD") {
      return message
    }
    if message["transfer-encoding"]?.lowercased() == "chunked" {
      while true {
        let line = try read(until: "\r\n").dropLast()
        guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else {
          throw Broken.malformed(String(line))
        }
        if size == 0 { break }
        message.body += try read(count: size)
        guard try read(count: 2) == [13, 10] else { throw Broken.malformed("chunk end") }
      }
      message.trailers = try readFields()
    } else if let length = message["content-length"].flatMap({ Int($0) }) {
      message.body = try read(count: length)
    } else if status > 0 {
      message.body = Array(try readToEnd().utf8)
    }
    return message
  }

  // A line end is one Character to Swift.

  /// Reads a start line and fields.
  func readHead() throws -> Message {
    let line = String(try read(until: "\r\n").dropLast())
    return Message(startLine: line, fields: try readFields())
  }

  private func readFields() throws -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    while true {
      let line = String(try read(until: "\r\n").dropLast())
      if line.isEmpty { return fields }
      guard let colon = line.firstIndex(of: ":") else { throw Broken.malformed(line) }
      fields.append((String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
    }
  }

  /// Sends a request and reads its answer.
  func exchange(_ request: String) throws -> Message {
    try send(request)
    return try readMessage(answering: String(request.prefix { $0 != " " }))
  }
}
