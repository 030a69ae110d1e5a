internal import Protobuf

/// `etcdserverpb.AuthenticateRequest` and its answer: a user and a password for a token.
enum EtcdAuthentication {
  static let method = "/etcdserverpb.Auth/Authenticate"

  static func request(user: String, password: String) -> [UInt8] {
    ProtobufWriter.message {
      $0.string(1, user)
      $0.string(2, password)
    }
  }

  static func token(_ bytes: [UInt8]) throws(ProtobufFault) -> String {
    var reader = ProtobufReader(bytes.span)
    var token = ""
    while let number = try reader.next() {
      if number == 2 { token = try reader.string() }
    }
    return token
  }
}
