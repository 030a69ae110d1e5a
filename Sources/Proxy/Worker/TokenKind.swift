/// Which of a worker's slabs a token names.
enum TokenKind {
  static let listener: UInt8 = 1
  static let downstream: UInt8 = 2
  static let upstream: UInt8 = 3
  static let exchange: UInt8 = 4
  static let accessLog: UInt8 = 5
  /// The listeners' end, in a drain.
  static let closing: UInt8 = 6
  static let http2Downstream: UInt8 = 7
  static let http2Upstream: UInt8 = 8
  /// What is kept for use.
  static let memory: UInt8 = 9
  /// Clients' connections whose TLS handshake is under way.
  static let handshake: UInt8 = 10
  /// Whose turn it is to be asked to go.
  static let departure: UInt8 = 11
}
