public import Primitives

/// Several handlers on one loop, told apart by the kind that their tokens and timers carry. For control threads;
/// workers have one handler and need no dispatch. The loop's thread only.
public final class EventDispatcher: EventHandler {
  private var handlers: [any EventHandler] = []
  /// By token kind: the handler's place, -1 for none.
  private var places = [Int](repeating: -1, count: 256)

  public init() {}

  /// Sends what names one of `kinds` to `handler`, which hears of every wake and of every turn's end too.
  /// Traps where a kind is taken.
  public func add(_ handler: any EventHandler, kinds: ClosedRange<UInt8>) {
    for kind in kinds {
      precondition(places[Int(kind)] < 0)
      places[Int(kind)] = handlers.count
    }
    handlers.append(handler)
  }

  /// The same, where another handler may have had the kinds: that one hears of nothing any more.
  public func replace(_ handler: any EventHandler, kinds: ClosedRange<UInt8>) {
    let former = places[Int(kinds.lowerBound)]
    guard former >= 0 else { return add(handler, kinds: kinds) }
    precondition(kinds.allSatisfy { places[Int($0)] == former })
    handlers[former] = handler
  }

  public func ready(_ token: Token, _ readiness: Readiness) { handler(of: token)?.ready(token, readiness) }
  public func timerFired(_ payload: UInt64) { handler(of: Token(raw: payload))?.timerFired(payload) }
  public func woken() { for handler in handlers { handler.woken() } }
  public func turnEnded() { for handler in handlers { handler.turnEnded() } }

  private func handler(of token: Token) -> (any EventHandler)? {
    let place = places[Int(token.kind)]
    return place < 0 ? nil : handlers[place]
  }
}
