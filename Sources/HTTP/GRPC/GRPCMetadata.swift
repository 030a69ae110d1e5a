/// Fields that implementations of gRPC read as they come, and where that makes a difference to HPACK.
///
/// gRPC's core library keeps with an entry of its table that the value could not be read, and then refuses each later field that
/// takes its name from that entry, whatever the value. Connections are shared by many clients: what one of them gets wrong
/// must not be in a table.
enum GRPCMetadata {
  /// Whether a table may hold the field. `name` is one that has no `FieldID`, in letters of either case.
  @inline(__always)
  static func mayBeIndexed(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
    let count = name.count
    if count < 4 { return true }
    // Binary metadata, too, differs from call to call.
    if name[count &- 1].lowercased == UInt8(ascii: "n") {
      return !name.extracting((count &- 4)..<count).equalsLowercase("-bin")
    }
    return name[0].lowercased != UInt8(ascii: "g") || mayBeIndexed(unlikely: name, value)
  }

  @inline(never)
  private static func mayBeIndexed(unlikely name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
    if !name.extracting(0..<4).equalsLowercase("grpc") { return true }
    // In nearly every message, and known to all.
    if name.equalsLowercase("grpc-encoding") {
      return value.equals("identity") || value.equals("gzip") || value.equals("deflate")
    }
    return name.equalsLowercase("grpc-accept-encoding")
  }

  /// The same for fields that have an id.
  @inline(__always)
  static func mayBeIndexed(_ id: FieldID, _ value: Span<UInt8>) -> Bool {
    switch id {
    case .grpcTimeout: GRPCTimeout.parse(value) != nil
    case .grpcStatus: GRPCCode(status: value) != nil
    default: true
    }
  }
}
