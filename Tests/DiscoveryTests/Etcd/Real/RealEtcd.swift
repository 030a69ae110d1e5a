import Foundation
import HTTP
import Mesh
import Primitives
import Reactor

/// Debian's etcd, one member, in a folder of its own on loopback.
final class RealEtcd {
  static let isInstalled = ["/usr/bin/etcd", "/usr/bin/etcdctl"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  struct Failure: Error { let text: String }

  let folder: URL
  let port: UInt16
  private let peerPort: UInt16
  private let scheme: String
  private let further: [String]
  /// Of etcdctl: what every call needs.
  var authority: [String] = []
  private var process: Process?

  /// - Parameter further: arguments; those of TLS make it `https`.
  init(_ further: [String] = [], scheme: String = "http", authority: [String] = [], folder: URL? = nil) throws
  {
    self.further = further
    self.scheme = scheme
    self.authority = authority
    self.folder = folder ?? Self.freshFolder()
    (port, peerPort) = try Self.freePorts()
    try start()
  }

  static func freshFolder() -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("etcd-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: folder)
  }

  var settings: EtcdSettings {
    get throws { EtcdSettings(members: [.init(url: try HTTPURL("\(scheme)://127.0.0.1:\(port)"))]) }
  }

  /// Returns when it answers.
  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/etcd")
    let url = "\(scheme)://127.0.0.1:\(port)"
    let peer = "http://127.0.0.1:\(peerPort)"
    process.arguments =
      [
        "--data-dir", folder.appendingPathComponent("data").path, "--listen-client-urls", url,
        "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
        "--initial-cluster", "default=\(peer)", "--log-level", "error", "--logger", "zap",
        "--unsafe-no-fsync",
      ] + further
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    for _ in 0..<200 {
      if (try? control("endpoint", "health", "--command-timeout=1s")) != nil { return }
      guard process.isRunning else { break }
      usleep(50_000)
    }
    throw Failure(text: "etcd does not start")
  }

  /// Without a word.
  func kill() {
    guard let process, process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func stop() {
    process?.terminate()
    process?.waitUntilExit()
  }

  /// Cut off: it lives and does not answer. Or again as before.
  /// What it has stored is gone.
  func forget() throws { try FileManager.default.removeItem(at: folder.appendingPathComponent("data")) }

  func freeze(_ isFrozen: Bool) {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, isFrozen ? SIGSTOP : SIGCONT)
  }

  /// etcdctl's output.
  @discardableResult
  func control(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/etcdctl")
    process.arguments = ["--endpoints", "\(scheme)://127.0.0.1:\(port)"] + authority + arguments
    process.environment = ["ETCDCTL_API": "3", "PATH": "/usr/bin:/bin"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: bytes, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw Failure(text: text) }
    return text
  }

  func put(_ key: String, _ value: String) throws { try control("put", key, value) }
  func value(_ key: String) throws -> String {
    try control("get", key, "--print-value-only").trimmingCharacters(in: .newlines)
  }

  /// Two that were free a moment ago.
  private static func freePorts() throws -> (UInt16, UInt16) {
    let one = try Listener.open(.v4(address: 0x7F00_0001, port: 0), backlog: 1)
    let two = try Listener.open(.v4(address: 0x7F00_0001, port: 0), backlog: 1)
    return (one.address.port, two.address.port)
  }
}
