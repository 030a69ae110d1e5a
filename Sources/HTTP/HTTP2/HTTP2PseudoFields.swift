/// The fields in front of a header block that stand for HTTP/1's start line (RFC 9113, section 8.3), as ranges of the
/// head's arena. libnghttp2 sees to their order and number.
struct HTTP2PseudoFields {
  var method = ByteRange.empty
  var scheme = ByteRange.empty
  var authority = ByteRange.empty
  var path = ByteRange.empty
  var protocolName = ByteRange.empty
  var status = ByteRange.empty
}
