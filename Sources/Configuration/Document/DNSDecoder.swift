internal import Mesh
internal import Primitives

/// `dns`: who is asked for names, and how long answers hold.
enum DNSDecoder {
  static func decode(_ root: Block, into settings: inout DNSSettings) {
    guard let block = root.block("dns") else { return }
    settings.servers = block.strings("servers").compactMap { server($0, block.context) }
    let (least, most) = (Interval.milliseconds(100), Interval.seconds(86_400))
    if let value = block.duration("minTTL", in: least...most) { settings.minTTL = value.value }
    if let value = block.duration("maxTTL", in: least...most) { settings.maxTTL = value.value }
    if let value = block.duration("timeout", in: .milliseconds(10)...Interval.seconds(30)) {
      settings.timeout = value.value
    }
    if let value = block.integer("attempts", in: 1...10) { settings.attempts = value.value }
    let families: KeyValuePairs<String, DNSSettings.Family> = [
      "auto": .auto, "ipv4": .ipv4, "ipv6": .ipv6, "both": .both,
    ]
    if let family = block.choice("family", families) { settings.family = family.value }
    block.finish()
    if settings.minTTL > settings.maxTTL {
      block.error(
        block.has("maxTTL") ? "maxTTL" : "minTTL",
        "`maxTTL` (\(DurationText.format(settings.maxTTL))) must not be shorter than `minTTL` (\(DurationText.format(settings.minTTL)))"
      )
    }
  }

  /// A server's address; port 53 where it names none.
  private static func server(_ text: Located<String>, _ context: DecodingContext) -> SocketAddress? {
    if let address = SocketAddress(ip: text.value, port: 53) { return address }
    if let address = SocketAddress(text.value), address.port != 0, !text.value.hasPrefix(":") {
      return address
    }
    context.error(
      text,
      "`\(text.value.shortened)` is no address of a name server (valid: 10.0.0.10, 10.0.0.10:53, 2001:db8::1, [2001:db8::1]:53)"
    )
    return nil
  }
}
