internal import Mesh
internal import Primitives

/// `workers`, `admin` and `accessLog`, which are used when the process starts.
extension ConfigPage {
  static func workers(_ settings: MeshSettings) -> JSONValue {
    settings.workers.map { JSONValue($0) } ?? "auto"
  }

  static func admin(_ address: SocketAddress?) -> JSONValue {
    ["address": .string(address?.description ?? "off")]
  }

  static func accessLog(_ settings: MeshSettings) -> JSONValue {
    [
      "path": .string(destination(settings.accessLog.destination)),
      "format": .string(settings.accessLog.format),
    ]
  }

  /// What is loaded and not in effect; nil: everything is.
  static func afterRestart(_ snapshot: MeshSnapshot, _ start: StartState) -> JSONValue? {
    let keys = start.waiting(in: snapshot)
    if keys.isEmpty { return nil }
    let settings = snapshot.settings
    return .object(
      keys.map { key in
        switch key {
        case .workers: .init(name: key.rawValue, value: workers(settings))
        case .admin: .init(name: key.rawValue, value: admin(settings.admin))
        case .accessLog: .init(name: key.rawValue, value: accessLog(settings))
        }
      })
  }

  private static func destination(_ destination: AccessLogSettings.Destination) -> String {
    switch destination {
    case .none: "off"
    case .standardOutput: "stdout"
    case .standardError: "stderr"
    case .file(let path): path
    }
  }
}
