internal import Mesh
internal import Primitives
internal import Telemetry

/// What stands in the key of a registration, as `EtcdEndpointValue` reads it.
enum EtcdRegistrationValue {
  static func bytes(_ settings: EtcdRegistrationSettings) -> [UInt8] {
    var text = ByteBuffer()
    text.append("{\"address\":")
    quote(settings.address.description, &text)
    if settings.weight != 1 {
      text.append(",\"weight\":")
      text.append(decimal: UInt64(settings.weight))
    }
    if let zone = settings.zone {
      text.append(",\"zone\":")
      quote(zone, &text)
    }
    if !settings.metadata.isEmpty {
      text.append(",\"metadata\":{")
      for (place, entry) in settings.metadata.enumerated() {
        if place > 0 { text.append(",") }
        quote(entry.name, &text)
        text.append(":")
        quote(entry.value, &text)
      }
      text.append("}")
    }
    text.append("}")
    var bytes: [UInt8] = []
    for index in text.bytes.indices { bytes.append(text.bytes[index]) }
    return bytes
  }

  private static func quote(_ value: String, _ text: inout ByteBuffer) {
    JSONText.append(Array(value.utf8).span, to: &text)
  }
}
