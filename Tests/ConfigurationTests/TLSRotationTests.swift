import Certificates
import Foundation
import Mesh
import Reactor
import Synchronization
import TestCertificates
import Testing

@testable import Configuration

@Suite struct TLSRotationTests {
  private static let authority = TestAuthority()

  /// A directory as Kubernetes mounts a secret: names are links into `..data`, which is a link to a dated directory.
  private final class Mount: @unchecked Sendable {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")
    private var version = 0

    init() throws {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try swap(to: TLSRotationTests.authority.issue(CertificateProfile("0")))
      for name in ["tls.crt", "tls.key", "ca.crt"] {
        try FileManager.default.createSymbolicLink(
          atPath: directory.appendingPathComponent(name).path, withDestinationPath: "..data/\(name)")
      }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    func swap(to made: TestCertificate, mode: Int = 0o600) throws {
      try swap(chain: made.chain, key: made.key, mode: mode)
    }

    func swap(chain: [UInt8], key: [UInt8], mode: Int = 0o600) throws {
      version += 1
      let fresh = directory.appendingPathComponent("..version\(version)")
      try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
      try Data(chain).write(to: fresh.appendingPathComponent("tls.crt"))
      try Data(key).write(to: fresh.appendingPathComponent("tls.key"))
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: fresh.appendingPathComponent("tls.key").path)
      try Data(TLSRotationTests.authority.pem).write(to: fresh.appendingPathComponent("ca.crt"))
      try FileManager.default.createSymbolicLink(
        atPath: path("..data_tmp"), withDestinationPath: fresh.lastPathComponent)
      unsafe _ = rename(path("..data_tmp"), path("..data"))
      try? FileManager.default.removeItem(at: directory.appendingPathComponent("..version\(version - 1)"))
    }

    func snapshot(_ states: StateStore = StateStore()) throws -> MeshSnapshot {
      let text = """
        listeners:
        - {address: ':1', tls: {certificates: [{certificate: '\(path("tls.crt"))', key: '\(path("tls.key"))'}]}}
        services:
        - name: web
          endpoints: ['1.1.1.1:1']
          tls: {serverName: web, trust: ['\(path("ca.crt"))'], certificate: '\(path("tls.crt"))', key: '\(path("tls.key"))'}
        """
      let loaded = ConfigurationLoader(environment: [:]).load(
        Array(text.utf8), file: "f", states: states)
      return try #require(loaded.snapshot)
    }
  }

  private func shown(_ snapshot: MeshSnapshot) -> [String?] {
    [
      snapshot.listeners[0].tls?.contexts.current.settings.certificates[0].description.subject,
      snapshot.services[0].tls?.contexts.current.settings.certificate?.description.subject,
    ]
  }

  @Test func aSwapOfLinksIsFollowed() throws {
    let mount = try Mount()
    let snapshot = try mount.snapshot()
    let rotation = TLSRotation(snapshot)
    let keys = snapshot.listeners[0].tls?.contexts.current.settings.ticketKeys
    #expect(rotation.check().isEmpty)
    for name in ["1", "2", "3"] {
      try mount.swap(to: Self.authority.issue(CertificateProfile(name)))
      #expect(rotation.check().map(\.fault) == [nil, nil])
      #expect(shown(snapshot) == ["CN=\(name)", "CN=\(name)"])
    }
    #expect(rotation.check().isEmpty)
    #expect(rotation.renewals == 6)
    #expect(snapshot.listeners[0].tls?.contexts.current.settings.ticketKeys === keys)
  }

  /// Files that change while they are read are not used before they have come to rest: some may be the former ones.
  @Test func nothingIsMadeOfTwoVersions() throws {
    let mount = try Mount()
    let snapshot = try mount.snapshot()
    let rotation = TLSRotation(snapshot)
    let made = ["1", "2"].map { Self.authority.issue(CertificateProfile($0)) }
    let isOver = Atomic(false)
    let thread = Thread {
      for round in 1...200 { try? mount.swap(to: made[round % 2]) }
      isOver.store(true, ordering: .releasing)
    }
    thread.start()
    var faults: [String] = []
    while !isOver.load(ordering: .acquiring) { faults += rotation.check().compactMap(\.fault) }
    faults += rotation.check().compactMap(\.fault)
    #expect(faults == [])
    #expect(shown(snapshot) == ["CN=1", "CN=1"])
    #expect(rotation.check().isEmpty && rotation.failures == 0)
  }

  /// Links are watched where they stand, which is where they are swapped.
  @Test func theWayToAFileIsWatched() throws {
    let mount = try Mount()
    let directories = TLSRotation(try mount.snapshot()).directories
    #expect(directories.contains(mount.directory.path))
    #expect(directories.contains { $0.hasSuffix("..version1") })
  }

  @Test func brokenFilesChangeNothing() throws {
    let mount = try Mount()
    let snapshot = try mount.snapshot()
    let rotation = TLSRotation(snapshot)
    let (one, other) = (
      Self.authority.issue(CertificateProfile("1")), Self.authority.issue(CertificateProfile("2"))
    )
    // The key has not been written yet.
    try mount.swap(chain: one.chain, key: other.key)
    let outcomes = rotation.check()
    #expect(outcomes.map(\.owner) == ["listener 0.0.0.0:1", "service web"])
    #expect(outcomes.allSatisfy { $0.fault == TLSContextError.keyDoesNotMatch.description })
    #expect(shown(snapshot) == ["CN=0", "CN=0"])
    #expect(rotation.problems.count == 2)
    #expect(rotation.problems[0].hasPrefix("listener 0.0.0.0:1 keeps its former TLS files: "))
    // It is said once.
    #expect(rotation.check().isEmpty)
    try mount.swap(chain: [], key: [])
    #expect(rotation.check().count == 2)
    try mount.swap(to: one)
    #expect(rotation.check().map(\.fault) == [nil, nil])
    #expect(shown(snapshot) == ["CN=1", "CN=1"])
    #expect(rotation.problems.isEmpty)
    #expect(rotation.failures == 4)
  }

  /// The files were there, and could not be read for a reason that passes.
  @Test func whatCouldNotBeReadIsReadLater() throws {
    let mount = try Mount()
    let snapshot = try mount.snapshot()
    let rotation = TLSRotation(snapshot)
    try mount.swap(to: Self.authority.issue(CertificateProfile("1")))
    do {
      let held = try HeldFile(mount.path("tls.crt"))
      let outcomes = rotation.check()
      #expect(outcomes.map(\.file) == [mount.path("tls.crt"), mount.path("tls.crt")])
      #expect(rotation.check().isEmpty)
      #expect(rotation.problems.count == 2 && rotation.failures == 2)
      withExtendedLifetime(held) {}
    }
    #expect(rotation.check().map(\.fault) == [nil, nil])
    #expect(shown(snapshot) == ["CN=1", "CN=1"])
    #expect(rotation.problems.isEmpty && rotation.check().isEmpty)
  }

  /// Whoever holds contexts of the same files holds them as they were then: a rotation that comes later knows that.
  @Test func contextsThatComeBackAreMadeAnewWhereTheirFilesHaveChanged() throws {
    let mount = try Mount()
    let states = StateStore()
    let held = try mount.snapshot(states)
    try mount.swap(to: Self.authority.issue(CertificateProfile("1")))
    let again = try mount.snapshot(states)
    #expect(again.services[0] === held.services[0] && shown(again) == ["CN=0", "CN=0"])
    let rotation = TLSRotation(again)
    #expect(rotation.check().map(\.owner) == ["listener 0.0.0.0:1", "service web"])
    #expect(shown(again) == ["CN=1", "CN=1"])
    #expect(TLSRotation(try mount.snapshot(states), after: rotation).check().isEmpty)
  }

  /// What a start would tell.
  @Test func whatIsUnwiseIsToldAgain() throws {
    let mount = try Mount()
    let rotation = TLSRotation(try mount.snapshot())
    try mount.swap(to: Self.authority.issue(CertificateProfile("old").with { $0.to = -0.1 }))
    let outcomes = rotation.check()
    #expect(outcomes.allSatisfy { $0.fault == nil })
    #expect(outcomes.compactMap(\.remark) == ["the certificate has expired", "the certificate has expired"])
    #expect(rotation.check().isEmpty)
    try mount.swap(to: Self.authority.issue(CertificateProfile("1")), mode: 0o644)
    #expect(
      rotation.check().compactMap(\.remark)
        == Array(
          repeating: "everybody on this system may read the private key `\(mount.path("tls.key"))`", count: 2)
    )
  }

  /// A fifth of a certificate's time, at most a week; a twentieth, at most a day; and its end: each once.
  @Test func nearingEndsAreToldOnce() throws {
    let mount = try Mount()
    let snapshot = try mount.snapshot()
    let certificate = try #require(snapshot.listeners[0].tls).contexts.current.settings.certificates[0]
    let end = certificate.description.notAfter
    var now = end - 20 * 86_400
    let watch = ExpiryWatch(snapshot) { now }
    func told() -> [String] { watch.check().filter { $0.file == mount.path("tls.crt") }.compactMap(\.remark) }
    #expect(told() == [])
    for (left, text) in [
      (6 * 86_400 + 10, "the certificate expires in 6 days"), (86_000, "the certificate expires in 23 hours"),
      (0, "the certificate has expired"),
    ] as [(Int64, String)] {
      now = end - left
      #expect(told() == [text, text], "\(left)")
      #expect(told() == [])
    }
    // Whoever begins to watch when it is so has been told when it was loaded.
    #expect(ExpiryWatch(snapshot) { now }.check().isEmpty)
    #expect(ExpiryWatch(snapshot, after: watch) { now }.check().isEmpty)
  }

  /// Files that change between being read and being watched.
  @Test func changesWhileTheConfigurationIsLoadedAreNotLost() throws {
    let mount = try Mount()
    let snapshot = try mount.snapshot()
    try mount.swap(to: Self.authority.issue(CertificateProfile("1")))
    let rotation = TLSRotation(snapshot)
    #expect(rotation.check().count == 2)
    #expect(shown(snapshot) == ["CN=1", "CN=1"])
  }
}
