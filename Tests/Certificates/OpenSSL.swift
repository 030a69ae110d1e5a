import Foundation

/// The `openssl` program as a peer: it judges what we made, and makes what we judge.
public struct OpenSSL {
  public let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
    "apus-\(UUID().uuidString)")

  public struct Ended {
    public var status: Int32
    public var output: String
  }

  public init() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  public func remove() { try? FileManager.default.removeItem(at: directory) }

  public func write(_ text: String, to name: String) throws {
    try text.write(to: directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  public func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: directory.appendingPathComponent(name)))
  }

  /// Runs it in the directory; standard output and error together.
  @discardableResult
  public func run(_ arguments: String...) throws -> Ended { try run(arguments) }

  @discardableResult
  public func run(_ arguments: [String]) throws -> Ended {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = directory
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Ended(status: process.terminationStatus, output: output)
  }

  /// A self-signed certificate with the given extensions, in `NAME.pem`.
  public func make(_ name: String, subject: String = "/O=prod/CN=web", _ extensions: String...) throws {
    try run(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10",
      "-subj",
      subject, "-utf8", "-keyout", "\(name).key", "-out", "\(name).pem", "-config", config(name, extensions))
  }

  private func config(_ name: String, _ extensions: [String]) throws -> String {
    try write(
      """
      [req]
      distinguished_name = dn
      x509_extensions = ext
      [dn]
      [ext]
      \(extensions.joined(separator: "\n"))
      """, to: "\(name).conf")
    return "\(name).conf"
  }
}
