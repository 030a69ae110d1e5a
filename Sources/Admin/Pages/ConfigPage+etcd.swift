internal import HTTP
internal import Mesh
internal import Primitives

extension ConfigPage {
  /// But for the password.
  static func etcd(_ settings: EtcdSettings) -> JSONValue {
    object(
      ("endpoints", JSONValue(settings.members.map { .string($0.url.description) })),
      ("tls", tls(of: settings.members.compactMap(\.tls))),
      ("user", settings.credentials.map { .string($0.user) }),
      ("password", settings.credentials.map { _ in "***" }),
      ("timeout", duration(settings.timeout)),
      ("register", settings.registration.map(registration)))
  }

  /// Names that are the hosts' own are left out.
  private static func tls(of all: [ServiceTLS]) -> JSONValue? {
    guard let first = all.first else { return nil }
    let isOne = all.allSatisfy { $0.source == first.source }
    return tls(first, isNamed: isOne)
  }

  private static func registration(_ settings: EtcdRegistrationSettings) -> JSONValue {
    object(
      ("key", .string(settings.key)), ("address", .string(settings.address.description)),
      ("ttl", duration(settings.lifetime)), ("weight", JSONValue(settings.weight)),
      ("zone", .string(settings.zone ?? "")),
      (
        "metadata",
        settings.metadata.isEmpty
          ? nil
          : .object(
            settings.metadata.map {
              JSONValue.Member(name: $0.name, value: mayBeSecret($0.name) ? "***" : .string($0.value))
            })
      ))
  }
}
