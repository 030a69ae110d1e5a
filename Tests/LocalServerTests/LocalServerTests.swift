import HTTP
import LocalServer
import Primitives
import Reactor
import Testing

@Suite struct LocalServerTests {
  private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func answersAndKeepsTheConnection() throws {
    let stage = try Stage()
    let client = try stage.connect()
    for path in ["/a", "/b"] {
      let answer = stage.exchange(client, "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n", until: "for \(path).")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.contains("\r\nContent-Length: 17\r\n"))
      #expect(!answer.contains("Connection"))
    }
    #expect(stage.service.requests == ["/a", "/b"])
    #expect(!client.isOver)
  }

  @Test func answersAPipelineInOrder() throws {
    let stage = try Stage()
    let client = try stage.connect()
    let paths = ["/slow", "/a", "/slow", "/b"]
    let requests = paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
    let answer = stage.exchange(client, requests, until: "for /b.")
    let order = answer.split(separator: "you asked for ").dropFirst().map { $0.prefix { $0 != "." } }
    #expect(order == paths.map { Substring($0) })
  }

  @Test func takesARequestByteByByte() throws {
    let stage = try Stage()
    let client = try stage.connect()
    for character in Self.get.dropLast() {
      client.send(String(character))
      let before = stage.loop.turns
      #expect(stage.turn { stage.loop.turns > before })
      #expect(client.poll().isEmpty)
    }
    // CRLF is one Character: the last of it completes the request.
    #expect(stage.exchange(client, "\r\n", until: "for /a.").contains("200 OK"))
  }

  @Test(arguments: [
    ("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true),
    ("GET /a HTTP/1.0\r\n\r\n", true),
    ("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false),
  ])
  func closesWhereTheClientWants(_ request: String, closes: Bool) throws {
    let stage = try Stage()
    let client = try stage.connect()
    let answer = stage.exchange(client, request, until: "for /a.")
    #expect(answer.contains("Connection: close\r\n") == closes)
    if closes {
      #expect(stage.ends(client))
    } else {
      #expect(answer.contains("Connection: keep-alive\r\n"))
      #expect(stage.exchange(client, request, until: "for /a.").contains("200 OK"))
    }
  }

  @Test func headAndNoContentHaveNoBody() throws {
    let stage = try Stage()
    let client = try stage.connect()
    let head = stage.exchange(client, "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", until: "\r\n\r\n")
    #expect(head.contains("Content-Length: 17\r\n") && head.hasSuffix("\r\n\r\n"))
    let none = stage.exchange(client, "GET /empty HTTP/1.1\r\nHost: x\r\n\r\n", until: "\r\n\r\n")
    #expect(none.hasPrefix("HTTP/1.1 204 No Content\r\n") && none.hasSuffix("\r\n\r\n"))
    #expect(stage.exchange(client, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
  }

  @Test func dropsABodyAndGoesOn() throws {
    let stage = try Stage()
    let client = try stage.connect()
    let request = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n"
    #expect(stage.exchange(client, request, until: "for /a.").hasPrefix("HTTP/1.1 200"))
    #expect(stage.exchange(client, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
    #expect(stage.service.requests.count == 2)
  }

  @Test func asksForABodyThatWaits() throws {
    let stage = try Stage()
    let client = try stage.connect()
    let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    #expect(stage.exchange(client, head, until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    #expect(stage.exchange(client, "ab", until: "for /a.").hasPrefix("HTTP/1.1 200"))
  }

  @Test func finishedClientStillGetsItsAnswer() throws {
    let stage = try Stage()
    let client = try stage.connect()
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + Self.get)
    client.finish()
    #expect(stage.ends(client))
    #expect(client.received.contains("for /slow.") && client.received.contains("for /a."))
  }

  @Test func breaksOffWhereTheServiceSaysSo() throws {
    let stage = try Stage()
    let client = try stage.connect()
    client.send("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(stage.isOver(client))
    #expect(client.hasFailed && client.received.isEmpty)
  }

  @Test func addsTheServicesFields() throws {
    let stage = try Stage()
    let client = try stage.connect()
    let answer = stage.exchange(client, "GET /field HTTP/1.1\r\nHost: x\r\n\r\n", until: "for /field.")
    #expect(answer.contains("\r\nX-Test: a\r\n"))
  }

  @Test func listensOnAUnixSocket() throws {
    let path = "/tmp/apus-local-server-\(Clock.now().nanoseconds).sock"
    let stage = try Stage(at: .unix(path: path))
    let client = try stage.connect()
    #expect(stage.exchange(client, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
  }

  @Test func manyBytesArriveWhole() throws {
    let stage = try Stage()
    let client = try stage.connect()
    client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    let whole = stage.turn { client.poll().utf8.suffix(11).elementsEqual("for /large.".utf8) }
    #expect(whole)
    #expect(client.take().utf8.count > 16 << 20)
    #expect(stage.exchange(client, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
  }
}
