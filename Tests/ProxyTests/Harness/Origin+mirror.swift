extension Origin {
  /// Answers 200 with the head that it got as its body: the start line, then a line a field.
  static func mirror() -> Origin {
    Origin { request in
      let lines = [request.startLine] + request.fields.map { "\($0.name): \($0.value)" }
      let body = lines.joined(separator: "\n")
      return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
  }
}

extension Message {
  /// The request that a mirror was sent.
  var mirrored: Message {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let first = lines.removeFirst()
    let fields = lines.compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }
    return Message(startLine: first, fields: fields)
  }
}
