public import Foundation

/// Makes keys, key sets and tokens with the `openssl` program, which knows nothing of how we verify them.
public final class TokenMaker: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case rsa = "RS256"
    case p256 = "ES256"
    case ed25519 = "EdDSA"
  }

  public struct Failed: Error { public let output: String }

  public let directory: URL

  /// Keys of all kinds, each by the name of its algorithm.
  public init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "RS256.key")
    try run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ES256.key")
    try run("genpkey", "-algorithm", "ed25519", "-out", "EdDSA.key")
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  // MARK: Key sets

  /// `{"keys": […]}` with a key of each kind, named after its algorithm.
  public func keySet(_ kinds: [Kind] = Kind.allCases) throws -> String {
    "{\"keys\":[" + (try kinds.map { try webKey($0) }).joined(separator: ",") + "]}"
  }

  /// - Parameter more: further members, `,"use":"sig"`.
  public func webKey(_ kind: Kind, id: String? = nil, more: String = "") throws -> String {
    let spki = try run("pkey", "-in", "\(kind.rawValue).key", "-pubout", "-outform", "DER")
    let name = ",\"kid\":\"\(id ?? kind.rawValue)\"\(more)}"
    switch kind {
    case .rsa:
      let text = String(decoding: try run("rsa", "-in", "RS256.key", "-noout", "-modulus"), as: UTF8.self)
      let digits = Array(text.dropFirst("Modulus=".count).prefix { $0.isHexDigit })
      let modulus = stride(from: 0, to: digits.count, by: 2).map {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)!
      }
      return "{\"kty\":\"RSA\",\"n\":\"\(Self.encode(modulus))\",\"e\":\"AQAB\"" + name
    case .p256:
      let (x, y) = (Array(spki.suffix(64).prefix(32)), Array(spki.suffix(32)))
      return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(Self.encode(x))\",\"y\":\"\(Self.encode(y))\""
        + name
    case .ed25519:
      return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(Self.encode(Array(spki.suffix(32))))\"" + name
    }
  }

  // MARK: Tokens

  /// A token with these claims, in JSON.
  public func token(_ claims: String, _ kind: Kind = .p256) throws -> String {
    try token(header: "{\"alg\":\"\(kind.rawValue)\",\"kid\":\"\(kind.rawValue)\"}", claims: claims, kind)
  }

  /// Whatever stands in header and claims, signed as `kind` says.
  public func token(header: String, claims: String, _ kind: Kind) throws -> String {
    let signed = Self.encode(Array(header.utf8)) + "." + Self.encode(Array(claims.utf8))
    return signed + "." + Self.encode(try sign(signed, kind))
  }

  public func sign(_ text: String, _ kind: Kind) throws -> [UInt8] {
    let name = UUID().uuidString
    let file = directory.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    switch kind {
    case .rsa: return try run("dgst", "-sha256", "-sign", "RS256.key", name)
    case .p256: return Self.raw(try run("dgst", "-sha256", "-sign", "ES256.key", name))
    case .ed25519: return try run("pkeyutl", "-sign", "-inkey", "EdDSA.key", "-rawin", "-in", name)
    }
  }

  /// Two integers in DER as two numbers of 32 bytes.
  private static func raw(_ der: [UInt8]) -> [UInt8] {
    var numbers: [UInt8] = []
    var place = 2
    for _ in 0..<2 {
      let digits = Array(der[(place + 2)..<(place + 2 + Int(der[place + 1]))].drop { $0 == 0 })
      numbers += [UInt8](repeating: 0, count: 32 - digits.count) + digits
      place += 2 + Int(der[place + 1])
    }
    return numbers
  }

  public static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }

  @discardableResult
  private func run(_ arguments: String...) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = directory
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(output: String(decoding: text, as: UTF8.self)) }
    return bytes
  }
}
