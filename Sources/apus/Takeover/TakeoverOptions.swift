internal import Glibc
internal import Primitives

/// `--takeover` and `--takeover-at`.
struct TakeoverOptions {
  static let definitions = [
    OptionDefinition(
      "takeover",
      help: "Take the listening sockets of the process that runs with\nthis configuration, if there is one."),
    OptionDefinition(
      "takeover-at", "PATH",
      help:
        "Where sockets are asked for and offered, or off. A file\nof its own for each configuration if not told."
    ),
  ]

  /// Where this process offers its sockets, and asks for another's; nil: nowhere.
  var path: String?
  /// It was named, so it has to do.
  var isTold = false
  /// This process is to go on with another's sockets.
  var isWanted = false

  /// Neither asks nor offers.
  init() {}

  init(_ arguments: ParsedArguments, command: String) throws(UsageError) {
    isWanted = arguments.has("takeover")
    switch arguments.value("takeover-at") {
    case "off"?:
      if isWanted { throw UsageError("'--takeover' needs a socket: it is off", command: command) }
    case let told?:
      guard case .unix? = SocketAddress("unix:" + told) else {
        throw UsageError(
          "'--takeover-at' is a path of at most 107 bytes, or off, not '\(told)'", command: command)
      }
      path = told
      isTold = true
    case nil:
      path = Self.identity(arguments).flatMap { TakeoverPath.standard(for: $0) }
      if path == nil, isWanted {
        throw UsageError("'--takeover' needs a path: say '--takeover-at PATH'", command: command)
      }
    }
  }

  /// By what two processes know that they are the same proxy; nil: nothing.
  private static func identity(_ arguments: ParsedArguments) -> String? {
    if let file = arguments.value("config") {
      return file == "-" ? nil : TakeoverPath.identity(file: file)
    }
    return arguments.value("listen").map { "listen:" + $0 }
  }
}
