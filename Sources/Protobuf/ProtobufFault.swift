/// Why bytes are no message.
public enum ProtobufFault: Error, Equatable, Sendable, CaseIterable {
  /// A field goes on behind the message's end.
  case truncated
  /// A varint of more than 64 bits.
  case varintTooLong
  /// A field's number is 0 or beyond 2²⁹ − 1.
  case badNumber
  /// A group, which proto3 has not, or a wire type that there is not.
  case badWireType
  /// A field that is known has another wire type than its own.
  case wrongWireType
  /// A string that is not UTF-8.
  case notUTF8
  /// A number that its field cannot have. The reader's owner says so: the wire knows nothing of it.
  case outOfRange
  /// Messages within messages beyond `ProtobufReader.maximumDepth`.
  case tooDeep

  /// In words.
  public var reason: StaticString {
    switch self {
    case .truncated: "it ends within a field"
    case .varintTooLong: "a number has more than 64 bits"
    case .badNumber: "a field has a number that is none"
    case .badWireType: "a field has a wire type that is none"
    case .wrongWireType: "a field has the wrong wire type"
    case .notUTF8: "a string is not UTF-8"
    case .outOfRange: "a number is none that its field can have"
    case .tooDeep: "it is nested too deeply"
    }
  }
}
