// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built alike: strict memory safety, no implicit re-exports, warnings are errors.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableExperimentalFeature("Lifetimes"),
]

/// The data plane's release builds leave out the dynamic checks for overlapping accesses, which were a third of its
/// own instructions a request (ARCHITECTURE.md). Static ones, bounds and overflow checks stay; debug builds, and so
/// all tests, check everything.
let hot: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// OpenSSL is part of the binary: whoever calls it says so to the linker.
let openSSL: [LinkerSetting] = [.linkedLibrary(":libssl.a"), .linkedLibrary(":libcrypto.a")]

/// And so is c-ares: an idle process holds 0.4 MiB less than with the library that is shared.
let cares: [LinkerSetting] = [.linkedLibrary(":libcares.a")]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], _ further: [SwiftSetting] = [],
  linked: [LinkerSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, swiftSettings: strict + further, linkerSettings: linked)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "apus",
  products: [.executable(name: "apus", targets: ["apus"])],
  targets: [
    // Level 0: system libraries, a header of shims each.
    .target(name: "CLinux"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCares", providers: [.apt(["libc-ares-dev"])]),
    // Level 1
    module("Primitives"),
    module("JSON"),
    module("Protobuf"),
    module("Certificates", ["COpenSSL"], linked: openSSL),
    // Level 2
    module("Reactor", ["Primitives", "Certificates", "CLinux", "COpenSSL"], hot, linked: openSSL),
    module("HTTP", ["Primitives", "CNghttp2"], hot),
    module("Policy", ["Primitives"]),
    module("Identity", ["Primitives", "JSON", "Certificates", "COpenSSL"], linked: openSSL),
    // Level 3
    module(
      "Mesh", ["Primitives", "JSON", "Certificates", "Reactor", "HTTP", "Policy", "Identity", "CPCRE2"]),
    module("Telemetry", ["Primitives", "Certificates", "Reactor", "HTTP", "Policy", "Identity"]),
    // Level 4
    module(
      "Proxy", ["Primitives", "Certificates", "Reactor", "HTTP", "Policy", "Identity", "Mesh", "Telemetry"],
      hot),
    module("LocalServer", ["Primitives", "Reactor", "HTTP"]),
    module("Client", ["Primitives", "Reactor", "HTTP", "Policy"]),
    module("DNS", ["Primitives", "Reactor", "Mesh", "CLinux", "CCares"], linked: cares),
    // Level 5
    module(
      "Discovery",
      ["Primitives", "JSON", "Protobuf", "Reactor", "HTTP", "Policy", "Mesh", "Telemetry", "Client", "DNS"]),
    module(
      "Configuration",
      [
        "Primitives", "JSON", "Certificates", "Reactor", "HTTP", "Policy", "Identity", "Mesh", "Telemetry",
        "CYAML",
      ]),
    module(
      "Admin",
      [
        "Primitives", "Certificates", "Reactor", "HTTP", "Policy", "Identity", "Mesh", "Telemetry",
        "LocalServer",
      ]),
    // Level 6
    .executableTarget(
      name: "apus",
      dependencies: [
        "Primitives", "Certificates", "Reactor", "HTTP", "Policy", "Mesh", "Telemetry", "Proxy",
        "Configuration",
        "LocalServer", "Client", "DNS", "Admin", "Identity", "Discovery", "CLinux",
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "routing-benchmark", dependencies: ["Mesh", "HTTP", "Primitives"], path: "benchmarks/routing",
      swiftSettings: strict),

    .executableTarget(
      name: "http2-benchmark", dependencies: ["HTTP", "HTTPInvariants", "Primitives"],
      path: "benchmarks/http2",
      swiftSettings: strict),

    tests("PrimitivesTests", ["Primitives"]),
    // Authorities, certificates and keys, made when a test runs.
    .target(
      name: "TestCertificates", dependencies: ["Certificates", "COpenSSL"], path: "Tests/Certificates",
      swiftSettings: [.strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility")]),
    tests("CertificatesTests", ["Certificates", "COpenSSL", "TestCertificates"]),
    tests(
      "ReactorTests", ["Reactor", "Primitives", "Certificates", "CLinux", "COpenSSL", "TestCertificates"]),
    // What must hold for any bytes: checked by tests over the corpus, and by the fuzzer (scripts/fuzz.sh).
    .target(
      name: "HTTPInvariants", dependencies: ["HTTP", "Primitives"], path: "Tests/Fuzz/Invariants",
      swiftSettings: strict),
    tests("HTTPTests", ["HTTP", "HTTPInvariants", "Primitives"]),
    tests("PolicyTests", ["Policy", "Primitives"]),
    .target(
      name: "TextInvariants", dependencies: ["Identity", "JSON", "Protobuf"],
      path: "Tests/Fuzz/TextInvariants",
      swiftSettings: strict),
    .target(name: "TokenMaker", path: "Tests/TokenMaker", swiftSettings: strict),
    tests("JSONTests", ["JSON", "TextInvariants"]),
    tests("ProtobufTests", ["Protobuf", "TextInvariants"]),
    tests(
      "IdentityTests",
      [
        "Identity", "JSON", "Primitives", "Certificates", "COpenSSL", "TestCertificates", "TextInvariants",
        "TokenMaker",
      ]),
    tests("MeshTests", ["Mesh", "HTTP", "Certificates", "Identity", "Policy", "Primitives"]),
    tests(
      "TelemetryTests", ["Telemetry", "HTTP", "Certificates", "Identity", "Policy", "Primitives", "Reactor"]),
    tests("LocalServerTests", ["LocalServer", "HTTP", "Reactor", "Primitives"]),
    // Servers for which a test speaks, frame by frame.
    .target(
      name: "HTTPPeers", dependencies: ["HTTP", "Reactor", "Primitives"], path: "Tests/HTTPPeers",
      swiftSettings: strict),
    tests(
      "ClientTests",
      ["Client", "LocalServer", "HTTP", "HTTPPeers", "Reactor", "Primitives", "TestCertificates"]),
    tests("DNSTests", ["DNS", "DNSServer", "Mesh", "Reactor", "Primitives"]),
    // A name server that says what a test tells it to.
    .target(name: "DNSServer", path: "Tests/DNSServer", swiftSettings: strict),
    tests(
      "DiscoveryTests",
      [
        "Discovery", "DNS", "DNSServer", "Client", "Mesh", "JSON", "Protobuf", "HTTP", "HTTPPeers", "Policy",
        "Reactor",
        "Primitives", "TestCertificates",
      ]),
    tests(
      "AdminTests",
      [
        "Admin", "LocalServer", "HTTP", "Identity", "Policy", "Mesh", "Telemetry", "Configuration",
        "Primitives", "Reactor", "TestCertificates",
      ]),
    tests(
      "apusTests",
      [
        "apus", "Admin", "Certificates", "Client", "Configuration", "HTTP", "Identity", "LocalServer", "Mesh",
        "Policy", "Telemetry", "Reactor", "Primitives",
      ]),
    tests(
      "ConfigurationTests",
      [
        "Configuration", "Identity", "Mesh", "HTTP", "Policy", "Telemetry", "Reactor", "Primitives",
        "Certificates", "TestCertificates",
      ]),
    tests(
      "ProxyTests",
      [
        "apus", "Proxy", "Configuration", "Mesh", "HTTP", "HTTPInvariants", "Identity", "Policy", "Telemetry",
        "TokenMaker", "TestCertificates", "Certificates", "Reactor", "Primitives",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
