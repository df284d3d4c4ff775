// swift-tools-version: 6.2
import PackageDescription

// Measurements are a package of their own, so that nobody who builds the product builds them.
let package = Package(
    name: "accesspoint-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "accesspoint-operator", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "JSONBenchmark",
            dependencies: [.product(name: "JSONValue", package: "accesspoint-operator")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "RenderBenchmark",
            dependencies: [.product(name: "Rendering", package: "accesspoint-operator")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "RolloutBudgets",
            dependencies: [
                .product(name: "Transport", package: "accesspoint-operator"),
                .product(name: "JSONValue", package: "accesspoint-operator"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "TransportAcceptance",
            dependencies: [.product(name: "Transport", package: "accesspoint-operator")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    ]
)
