import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

@testable import Client

/// Calls of gRPC against a server whose every frame the test decides.
@Suite struct GRPCCallTests {
  /// What a receiver hears.
  private final class Noted: GRPCReceiver {
    var call: GRPCCall?
    private(set) var messages: [[UInt8]] = []
    private(set) var outcome: GRPCOutcome?
    var onMessage: (GRPCCall) -> Void = { _ in }

    func messageReceived(_ message: [UInt8], of call: GRPCCall) {
      messages.append(message)
      onMessage(call)
    }
    func ended(_ call: GRPCCall, _ outcome: GRPCOutcome) {
      #expect(self.outcome == nil)
      self.outcome = outcome
    }
  }

  private let stage: ClientStage
  private let origin: ClientOrigin

  init() throws {
    stage = try ClientStage()
    origin = stage.origin(plain: .h2)
  }

  private func request(_ change: (inout GRPCRequest) -> Void = { _ in }) -> GRPCRequest {
    var request = GRPCRequest("/shop.Orders/Watch")
    change(&request)
    return request
  }

  private func server() throws -> (HTTP2Server, HTTP2Stream) {
    let server = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 1
      })
    return (server, try #require(server.requests.first))
  }

  private func watch(_ change: (inout GRPCRequest) -> Void = { _ in }) throws -> (
    Noted, HTTP2Server, HTTP2Stream
  ) {
    let noted = Noted()
    noted.call = stage.client.start(request(change), [1, 2], to: origin, for: noted)
    let (server, stream) = try server()
    return (noted, server, stream)
  }

  private func finish(_ noted: Noted, _ server: HTTP2Server) {
    #expect(
      stage.turn {
        server.poll(); return noted.outcome != nil
      })
    #expect(noted.call?.isOver == true)
  }

  private func field(_ name: String, of stream: HTTP2Stream) -> String? {
    stream.head.index(named: Array(name.utf8).span).map { stream.head.text(of: stream.head.fields[$0].value) }
  }

  // MARK: Whole calls

  @Test func aUnaryCall() throws {
    var result: Result<[UInt8], GRPCOutcome>?
    var request = request()
    request.metadata = [.init("authorization", "Bearer x")]
    stage.client.unary(request, [1, 2, 3], to: origin) { result = $0 }
    let (server, stream) = try server()
    let id = stream.id
    #expect(stream.head.method == .post && stream.head.text(of: stream.head.path) == "/shop.Orders/Watch")
    #expect(field("content-type", of: stream) == "application/grpc" && field("te", of: stream) == "trailers")
    #expect(
      field("authorization", of: stream) == "Bearer x" && field("grpc-timeout", of: stream) == "10000000u")
    #expect(
      stage.turn {
        server.poll(); return server.ended == [id]
      })
    #expect(server.bodies[id] == [0, 0, 0, 0, 3, 1, 2, 3])
    server.answer(stream, body: GRPCMessages.framed([4, 5]), trailers: [("grpc-status", "0")])
    #expect(
      stage.turn {
        server.poll(); return result != nil
      })
    #expect(try result?.get() == [4, 5])
  }

  @Test(arguments: [[], [[1], [2]]] as [[[UInt8]]])
  func aUnaryCallHasOneAnswer(messages: [[UInt8]]) throws {
    var result: Result<[UInt8], GRPCOutcome>?
    stage.client.unary(request(), [], to: origin) { result = $0 }
    let (server, stream) = try server()
    server.answer(stream, body: messages.flatMap(GRPCMessages.framed), trailers: [("grpc-status", "0")])
    #expect(
      stage.turn {
        server.poll(); return result != nil
      })
    guard case .failure(let outcome) = result else {
      Issue.record("it was taken")
      return
    }
    #expect(outcome.code == .internal)
  }

  /// Whose deadline is far away, and who has begun a message more than there may be.
  @Test func aUnaryCallEndsWithTheSecondMessage() throws {
    var results: [Result<[UInt8], GRPCOutcome>] = []
    stage.client.unary(request { $0.deadline = .zero }, [], to: origin) { results.append($0) }
    let (server, stream) = try server()
    server.begin(stream)
    for _ in 0..<2 {
      server.session.send(GRPCMessages.framed([]).span, on: stream)
      server.flush()
      stage.turn(times: 3)
    }
    #expect(
      stage.turn {
        server.poll(); return !results.isEmpty && server.resets == [.cancel]
      })
    #expect(results == [.failure(GRPCOutcome(.internal, "a unary call has one message for an answer"))])
  }

  @Test func aWatchGoesOnUntilItIsCancelled() throws {
    let (noted, server, stream) = try watch { $0.deadline = .zero }
    #expect(field("grpc-timeout", of: stream) == nil)
    stage.pass(.seconds(10_000))
    server.begin(stream)
    for round in 0..<3 {
      // Cut within a message, and two at once.
      let wire = GRPCMessages.framed([UInt8(round)]) + GRPCMessages.framed([7, 7])
      server.session.send(Array(wire.prefix(8)).span, on: stream)
      server.flush()
      #expect(
        stage.turn {
          server.poll(); return noted.messages.count == 2 * round + 1
        })
      server.session.send(Array(wire.dropFirst(8)).span, on: stream)
      server.flush()
      #expect(
        stage.turn {
          server.poll(); return noted.messages.count == 2 * round + 2
        })
      stage.pass(.seconds(10_000))
    }
    #expect(noted.outcome == nil)
    noted.call?.cancel()
    #expect(
      stage.turn {
        server.poll(); return server.resets == [.cancel]
      })
    #expect(noted.outcome == nil && noted.call?.isOver == true)
  }

  @Test func messagesGoBothWays() throws {
    let noted = Noted()
    let call = stage.client.open(request(), to: origin, for: noted)
    noted.call = call
    call.send([1])
    let (server, stream) = try server()
    let id = stream.id
    server.begin(stream)
    for number in 2..<5 as Range<UInt8> {
      #expect(
        stage.turn {
          server.poll(); return server.bodies[id]?.last == number - 1
        })
      server.session.send(GRPCMessages.framed([number]).span, on: stream)
      server.flush()
      #expect(
        stage.turn {
          server.poll(); return noted.messages.last == [number]
        })
      call.send([number])
    }
    call.finish()
    #expect(
      stage.turn {
        server.poll(); return server.ended == [id]
      })
    var last = MessageHead()
    last.append(name: "grpc-status", value: "0")
    server.session.sendEnd(trailers: last, on: stream)
    server.flush()
    finish(noted, server)
    #expect(noted.outcome == GRPCOutcome(.ok))
  }

  /// Several messages are there already: each waits until it is wanted, and so does the end.
  @Test func pausedNoMessageComes() throws {
    let (noted, server, stream) = try watch()
    noted.onMessage = { $0.pause() }
    server.answer(
      stream, body: (0..<4).flatMap { GRPCMessages.framed([$0]) }, trailers: [("grpc-status", "0")])
    for count in 1...4 {
      #expect(
        stage.turn {
          server.poll(); return noted.messages.count == count
        })
      stage.turn(times: 5)
      #expect(noted.messages.count == count && noted.outcome == nil)
      noted.call?.resume()
    }
    finish(noted, server)
    #expect(noted.messages == [[0], [1], [2], [3]] && noted.outcome == GRPCOutcome(.ok))
  }

  // MARK: Ends

  @Test func theServersWord() throws {
    let (noted, server, stream) = try watch()
    server.answer(
      stream, body: [], trailers: [("grpc-status", "5"), ("grpc-message", "no %C3%A4pple")])
    finish(noted, server)
    #expect(noted.outcome == GRPCOutcome(.notFound, "no äpple"))
    #expect(noted.outcome?.description == "NOT_FOUND: no äpple")
  }

  @Test func theHeadAloneMaySayIt() throws {
    let (noted, server, stream) = try watch()
    var head = MessageHead()
    head.reset(grpc: .permissionDenied, kind: .grpc, message: Array("no".utf8).span)
    server.session.sendHead(head, on: stream, ends: true)
    server.flush()
    finish(noted, server)
    #expect(noted.outcome == GRPCOutcome(.permissionDenied, "no"))
  }

  @Test(arguments: [(503, GRPCCode.unavailable), (404, .unimplemented), (401, .unauthenticated)])
  func whatIsNoGRPC(status: Int, code: GRPCCode) throws {
    let (noted, server, stream) = try watch()
    server.answer(stream, status: status, body: Array("<html>".utf8))
    finish(noted, server)
    #expect(noted.outcome?.code == code && noted.messages.isEmpty)
  }

  @Test func noStatusAtAll() throws {
    let (noted, server, stream) = try watch()
    server.answer(stream, body: GRPCMessages.framed([1]))
    finish(noted, server)
    #expect(noted.outcome?.code == .unknown && noted.messages == [[1]])
  }

  @Test(
    arguments: [
      ([1, 0, 0, 0, 1, 5], .internal), ([9, 0, 0, 0, 1, 5], .internal),
      ([0, 0, 0, 1, 0], .resourceExhausted),
      ([0, 0, 0, 0, 2, 5], .internal),
    ] as [([UInt8], GRPCCode)])
  func messagesThatAreNone(wire: [UInt8], code: GRPCCode) throws {
    let (noted, server, stream) = try watch { $0.messageLimit = 255 }
    server.answer(stream, body: wire, trailers: [("grpc-status", "0")])
    finish(noted, server)
    #expect(noted.outcome?.code == code && noted.messages.isEmpty)
  }

  @Test func theDeadline() throws {
    let (noted, server, stream) = try watch()
    server.begin(stream)
    stage.pass(.milliseconds(10_100))
    finish(noted, server)
    #expect(noted.outcome?.code == .deadlineExceeded && noted.outcome?.failure == .timedOut(.whole))
    #expect(
      stage.turn {
        server.poll(); return server.resets == [.cancel]
      })
  }

  @Test func aReset() throws {
    let (noted, server, stream) = try watch()
    server.session.reset(stream, .enhanceYourCalm)
    server.flush()
    finish(noted, server)
    #expect(noted.outcome?.code == .resourceExhausted)
  }

  @Test func theConnectionBreaks() throws {
    let (noted, server, _) = try watch()
    server.peer.reset()
    finish(noted, server)
    #expect(noted.outcome?.code == .unavailable && noted.outcome?.failure == .reset)
  }
}
