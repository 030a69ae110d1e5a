import Admin
import Foundation
import HTTP
import LocalServer
import Primitives

/// Asks the admin service without a socket.
struct Browser {
  struct Answer {
    let status: Int
    let type: String
    let body: String
    let fields: [String: String]

    /// The body as what a JSON parser makes of it.
    var json: [String: Any] {
      get throws { try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] ?? [:] }
    }
  }

  let mesh: TestMesh
  let service: AdminService

  init() throws {
    mesh = try TestMesh()
    service = AdminService(source: mesh)
  }

  func ask(_ path: String, method: String = "GET", fields: String = "") throws -> Answer {
    var head = MessageHead()
    var trailers = MessageHead()
    var decoder = HTTP1Decoder(role: .server)
    var offset = 0
    let request = Array("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n".utf8)
    _ = try decoder.next(request.span, &offset, head: &head, trailers: &trailers)
    var response = LocalResponse()
    service.respond(to: head, &response)
    let body = response.body.withBytes { bytes in
      String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
    let fields = Dictionary(uniqueKeysWithValues: response.fields.map { ("\($0.name)", $0.value) })
    return Answer(status: response.status, type: "\(response.contentType)", body: body, fields: fields)
  }
}
