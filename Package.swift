// swift-tools-version: 6.2
import PackageDescription

// One strict settings array for every target of the house.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library target and its test target `<name>Tests`; a room sees only the rooms named in `dependencies`.
func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = [], exclude: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies + tests,
            exclude: exclude, swiftSettings: strict),
    ]
}

/// A C library of the system: module map and static inline shims only.
func system(_ name: String, pkgConfig: String, apt: String) -> [Target] {
    [.systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])]
}

/// A program: parses its flags, wires the rooms and runs.
func executable(_ name: String, _ dependencies: [Target.Dependency]) -> [Target] {
    [.executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)]
}

/// What several test targets and programs of proof share, in `Tests/<name>`; no part of the product.
func support(_ name: String, _ dependencies: [Target.Dependency] = [], isProgram: Bool = false) -> [Target] {
    isProgram
        ? [.executableTarget(name: name, dependencies: dependencies, path: "Tests/" + name, swiftSettings: strict)]
        : [.target(name: name, dependencies: dependencies, path: "Tests/" + name, swiftSettings: strict)]
}

/// Tests of the house as a whole, which belong to no room.
func suite(_ name: String, path: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
    [.testTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)]
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let sockets: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")

// Arrows point only downward: a room may name only rooms that stand above it in this table. One line each.
// swift-format-ignore
let house: [[Target]] = [
    // System libraries.
    system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    system("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    // Values and formats.
    room("JSONValue", tests: ["SeededRandom"]),
    room("YAMLFormat", ["JSONValue", "CYAML"], tests: ["SeededRandom"]),
    room("KubeModel", ["JSONValue"], tests: ["SeededRandom"]),
    room("X509Tools", ["COpenSSL"], tests: ["SeededRandom"]),
    // What an AccessPoint means: pure.
    room("AccessPointAPI", ["JSONValue", "KubeModel"], tests: ["YAMLFormat"]),
    room("TrafficModel", ["JSONValue", "KubeModel"], tests: ["SeededRandom", "YAMLFormat"], exclude: ["Fixtures"]),
    room("Rendering", ["JSONValue", "KubeModel", "X509Tools", "AccessPointAPI", "TrafficModel"], tests: ["SeededRandom", "YAMLFormat"], exclude: ["Fixtures"]),
    room("Rollout", ["JSONValue", "KubeModel", "AccessPointAPI"]),
    // Talking to Kubernetes.
    room("KubeClient", ["JSONValue", "YAMLFormat", "KubeModel", "X509Tools"]),
    room("CurlTransport", ["KubeModel", "KubeClient", "CCurl"], tests: ["X509Tools", "JSONValue"]),
    room("KubeRuntime", ["JSONValue", "KubeModel", "KubeClient"], tests: ["SeededRandom", "TestSupport"]),
    room("Telemetry", ["JSONValue", log]),
    room("DNSClient", ["KubeModel", nio, sockets], tests: ["SeededRandom"]),
    room("HTTPService", [hummingbird, httpTypes, nio, sockets, nioHTTP, log]),
    // The product.
    room("Operator", ["JSONValue", "YAMLFormat", "KubeModel", "X509Tools", "AccessPointAPI", "TrafficModel", "Rendering", "Rollout", "KubeClient", "CurlTransport", "KubeRuntime", "DNSClient", "Telemetry", log], tests: ["SeededRandom", "TestSupport"]),
    executable("accesspoint-operator", ["KubeModel", "KubeClient", "KubeRuntime", "CurlTransport", "DNSClient", "TrafficModel", "Operator", "Telemetry", "HTTPService", log, arguments, signals]),
    executable("kubectl-accesspoint", ["JSONValue", "YAMLFormat", "KubeModel", "AccessPointAPI", "TrafficModel", "Rendering", "Rollout", "KubeClient", "CurlTransport", arguments]),
    // What tests of several rooms need.
    support("SeededRandom"),
    support("TestSupport", ["JSONValue", "KubeModel", "KubeClient"]),
    // Proofs of the pure rooms, which tests and an optimised program share.
    support("RolloutSimulation", ["KubeModel", "Rollout", "SeededRandom"]),
    support("rollout-proof", ["Rollout", "RolloutSimulation", arguments], isProgram: true),
    // The house and the product as a whole.
    suite("HouseTests", path: "Tests/HouseTests"),
    suite("ProofTests", path: "Tests/ProofTests", ["KubeModel", "Rollout", "RolloutSimulation"]),
    suite("CommandTests", path: "Tests/CommandTests", ["JSONValue", "YAMLFormat", "HTTPService", "kubectl-accesspoint", log]),
    suite("IntegrationTests", path: "Tests/Integration", ["JSONValue", "YAMLFormat", "KubeModel", "KubeClient", "CurlTransport", "X509Tools", "TrafficModel", "accesspoint-operator", "kubectl-accesspoint", "SeededRandom"]),
]

let package = Package(
    name: "accesspoint-operator",
    platforms: [.macOS(.v15)],
    products: [
        // What Benchmarks/ measures.
        .library(name: "JSONValue", targets: ["JSONValue"]),
        .library(name: "Rendering", targets: ["Rendering", "AccessPointAPI", "KubeModel", "JSONValue"]),
        .library(name: "Transport", targets: ["CurlTransport", "KubeClient", "KubeModel", "JSONValue"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    ],
    targets: house.flatMap { $0 }
)
