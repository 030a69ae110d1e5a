internal import Primitives

/// What two processes tell each other while one takes the other's listening sockets over: a packet each, of fields with a
/// NUL between them, the first of which says what it is. Fields that a later version may append are not looked at.
///
///     new                           running
///     hello            ───────────►
///                      ◄───────────  listener …, admin, door (each with its sockets), end
///     taken            ───────────►
///           binds, waits for its sources
///     ready            ───────────►
///                      ◄───────────  go
///           serves
///     serving          ───────────►
///                                    closes the channel, drains and ends
///
/// `no` may come from the running one at any time before it has heard `serving`: after `go` only where that does not come,
/// and then it goes on, and the new one must not serve any more. Whoever is gone has said nothing more: the running one goes
/// on, and so does the new one, once it has all sockets; before, it is a start like any other.
enum TakeoverMessage: Equatable {
  /// Of the new one: its protocol, its version for people, and the seconds in which it means to be ready.
  case hello(protocol: Int, version: String, seconds: Int)
  /// A listener as the running one's configuration has it. Several may be alike.
  case listener(name: String, wanted: SocketAddress)
  case admin(wanted: SocketAddress)
  /// Where the next one asks.
  case door
  case end(version: String)
  /// The listeners that go on, by the order in which they came, and whether the admin server does.
  case taken(listeners: [Int], admin: Bool)
  case ready
  case go
  /// With what it announces of itself elsewhere; empty: nothing.
  case serving(registration: [String])
  case no(reason: String)

  /// Of both. Another one begins with `hello` and knows `no`, too.
  static let version = 1
  private static let name = "apus-takeover"

  var bytes: [UInt8] { Array(fields.joined(separator: "\0").utf8) }

  private var fields: [String] {
    switch self {
    case .hello(let number, let version, let seconds):
      [Self.name, String(number), version, String(seconds)]
    case .listener(let name, let wanted): ["listener", name, wanted.description]
    case .admin(let wanted): ["admin", wanted.description]
    case .door: ["door"]
    case .end(let version): ["end", version]
    case .taken(let listeners, let admin):
      ["taken", listeners.map(String.init).joined(separator: ","), admin ? "admin" : ""]
    case .ready: ["ready"]
    case .go: ["go"]
    case .serving(let registration): ["serving", String(registration.count)] + registration
    case .no(let reason): ["no", reason]
    }
  }

  /// Nil: nothing of ours.
  init?(_ bytes: [UInt8]) {
    let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    func field(_ place: Int) -> String? { place < fields.count ? fields[place] : nil }
    let message: TakeoverMessage? =
      switch (fields[0], field(1), field(2)) {
      case (Self.name, let number?, let version?):
        Self.hello(number, version, field(3) ?? "")
      case ("listener", let name?, let wanted?):
        SocketAddress(wanted).map { .listener(name: name, wanted: $0) }
      case ("admin", let wanted?, _): SocketAddress(wanted).map { .admin(wanted: $0) }
      case ("door", _, _): .door
      case ("end", let version?, _): .end(version: version)
      case ("taken", let list?, let admin?): Self.taken(list, admin)
      case ("ready", _, _): .ready
      case ("go", _, _): .go
      case ("serving", let count?, _): Self.serving(count, fields)
      case ("no", let reason?, _): .no(reason: reason)
      default: nil
      }
    guard let message else { return nil }
    self = message
  }

  private static func hello(_ number: String, _ version: String, _ seconds: String) -> Self? {
    guard let number = Int(number), number > 0, let seconds = Int(seconds), seconds > 0 else { return nil }
    return .hello(protocol: number, version: version, seconds: seconds)
  }

  private static func taken(_ list: String, _ admin: String) -> Self? {
    let texts = list.split(separator: ",")
    let places = texts.compactMap { Int($0) }
    guard places.count == texts.count, places.allSatisfy({ $0 >= 0 }) else { return nil }
    return .taken(listeners: places, admin: admin == "admin")
  }

  private static func serving(_ count: String, _ fields: [String]) -> Self? {
    guard let count = Int(count), count >= 0, count <= fields.count - 2 else { return nil }
    return .serving(registration: Array(fields[2..<(2 + count)]))
  }
}
