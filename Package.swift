// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOTLS", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "Logging", package: "swift-log"),
]

let package = Package(
    name: "loan-default",
    products: [
        .executable(name: "loan-default", targets: ["LoanDefaultCLI"]),
        .library(name: "LoanDefaultClient", targets: ["LoanDefaultClient"]),
        .executable(name: "forest-bench", targets: ["ForestBench"]),
        .executable(name: "rpc-bench", targets: ["RPCBench"]),
        .executable(name: "storage-bench", targets: ["StorageBench"]),
        .executable(name: "storage-transfer", targets: ["StorageTransfer"]),
    ],
    // Exact versions: what is built is what was tested, also a year from now. Each is raised on
    // purpose, with its tests.
    dependencies: [
        // Commands, options, environment and help texts as every Swift tool has them.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Structured logs that an operator's pipeline understands.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // Event loops for HTTP and RPC.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Latencies of load tests without averaging the tail away.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        // TLS for HTTP and RPC without a second copy of the event loops.
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        // Start, signals and orderly shutdown of the long-running parts.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CXGBoost",
            pkgConfig: "xgboost",
            providers: [.apt(["libxgboost-dev"])]
        ),
        .systemLibrary(
            name: "CProtobufC",
            pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]
        ),
        .target(
            name: "CLoanProto",
            dependencies: ["CProtobufC"],
            exclude: ["generated/services.pb"],
            cSettings: [.headerSearchPath("generated")]
        ),
        .target(name: "CForestKernels", linkerSettings: [.linkedLibrary("m")]),
        // A C header for std::from_chars.
        .target(name: "CDecimal"),
        .target(
            name: "ForestInference",
            dependencies: ["CDecimal", "CForestKernels", "Machine"],
            exclude: ["README.md"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ForestBench",
            dependencies: [
                "BenchSupport", "CMallocCount", "ForestInference", "LoanArtifact", "LoanTraining",
                "Machine", "XGBoostBaseline",
            ],
            path: "Tests/Benchmarks/Forest",
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(name: "CSpawn"),
        // SHA-256 and HMAC by Debian's OpenSSL, which libcurl brings anyway and whose security
        // updates reach a program that is built: cryptography is not written at home.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Digest", dependencies: ["CCrypto"], swiftSettings: strict),
        .testTarget(name: "DigestTests", dependencies: ["Digest"], swiftSettings: strict),
        .target(
            name: "ObjectStorage",
            dependencies: ["CCurl", "CSpawn", "Digest", "JSON", "Machine"],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CSchedule"),
        .target(name: "Machine", dependencies: ["CMalloc", "CSchedule"], swiftSettings: strict),
        .target(
            name: "Observability",
            dependencies: ["Machine", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict
        ),
        // What a model's validation asks: figures, calibration, proofs. Pure: no I/O, no threads.
        .target(
            name: "ModelValidation",
            dependencies: ["ForestInference", "Machine"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ModelValidationTests",
            dependencies: ["ForestInference", "ModelValidation", "TestSupport"],
            swiftSettings: strict
        ),
        // Where the fields of a table's rows end, by vectors.
        .target(name: "CFields"),
        .target(
            name: "LoanModel",
            dependencies: ["CFields", "ForestInference", "Machine", "ModelValidation"],
            swiftSettings: strict
        ),
        // One bounded memory for all messages that protobuf-c decodes and encodes.
        // Swift sees protobuf-c by way of the generated code, which includes its header: types that
        // were imported by two ways would be two.
        .target(
            name: "Protobuf",
            dependencies: ["CLoanProto"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProtobufTests",
            dependencies: ["CLoanProto", "Protobuf"],
            swiftSettings: strict
        ),
        // CRC-32C by the processor's instruction, and words of mapped memory.
        .target(name: "CRecord"),
        // The record of decisions: files, chain, ring. It knows no model and no network.
        .target(
            name: "DecisionRecord",
            dependencies: ["CRecord", "Digest", "Machine", "Protobuf"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DecisionRecordTests",
            dependencies: ["CRecord", "DecisionRecord", "Digest", "Machine", "TestSupport"],
            swiftSettings: strict
        ),
        .target(
            name: "LoanArtifact",
            dependencies: [
                "CLoanProto", "Digest", "ForestInference", "LoanModel", "ModelValidation",
                "Protobuf",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LoanTraining",
            dependencies: ["CXGBoost", "LoanModel", "Machine"],
            swiftSettings: strict
        ),
        .target(
            name: "LoanService",
            dependencies: [
                "Compression", "DecisionRecord", "Digest", "ForestInference", "JSON",
                "LoanArtifact", "LoanModel", "LoanTraining", "Machine", "ModelValidation",
                "ObjectStorage", "Observability",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // The pages by Clang's #embed: the literals of SwiftPM's `.embedInCode` compile for 23 s.
        .target(name: "CPages", exclude: ["assets"]),
        // Decompression of tables in pieces. Zstandard by Debian's libzstd, whose decoder has more
        // than ten thousand lines.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "Compression", dependencies: ["CZlib", "CZstd"], swiftSettings: strict),
        .testTarget(
            name: "CompressionTests",
            dependencies: ["CZlib", "CZstd", "Compression", "TestSupport"],
            swiftSettings: strict
        ),
        .target(name: "CInflate", linkerSettings: [.linkedLibrary("z")]),
        .target(
            name: "HTTPServer",
            dependencies: [
                "Access", "CInflate", "JSON", "Machine",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // HTTP/2 by Debian's nghttp2, which libcurl brings anyway: HPACK, windows and the order of
        // frames, with the security updates of a library that browsers' servers use.
        .systemLibrary(
            name: "CNGHTTP2",
            pkgConfig: "libnghttp2",
            providers: [.apt(["libnghttp2-dev"])]
        ),
        .target(name: "HTTP2", dependencies: ["CNGHTTP2", "Machine"], swiftSettings: strict),
        .testTarget(
            name: "HTTP2Tests",
            dependencies: ["HTTP2", "Machine", "TestSupport"],
            swiftSettings: strict
        ),
        // gRPC is calls of HTTP by another wire: routes, rules and what stands before them are those
        // of HTTPServer.
        .target(
            name: "GRPCServer",
            dependencies: [
                "HTTP2", "HTTPServer", "Machine",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GRPCServerTests",
            dependencies: [
                "GRPCServer", "HTTP2", "HTTPServer", "Machine", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // simdjson (Debian's) behind a C header: C++ stays in this target.
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "JSON", dependencies: ["CSimdJSON"], swiftSettings: strict),
        .target(
            name: "LoanServer",
            dependencies: [
                "Access", "Admission", "CLoanProto", "CPages", "Digest", "GRPCServer",
                "HTTPServer", "JSON", "LoanModel", "LoanRPC", "LoanService", "LoanTraining",
                "Machine", "ModelValidation", "Observability", "Protobuf",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "LoanDefaultCLI",
            dependencies: [
                "Access", "Compression", "DecisionRecord", "JSON", "LoanLoad", "LoanModel",
                "LoanRPC", "LoanServer", "LoanService", "LoanTraining", "Machine",
                "ModelValidation", "Observability",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Access",
            dependencies: [
                "Machine",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Admission",
            dependencies: [
                "Machine",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AdmissionTests",
            dependencies: [
                "Admission", "Machine", "TestSupport",
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LoanRPC",
            dependencies: ["Access", "Admission", "CLoanProto", "Machine", "Protobuf"] + nio,
            swiftSettings: strict
        ),
        // What other programs build with: the client alone, without types of the network's libraries.
        .target(
            name: "LoanDefaultClient",
            dependencies: [
                "LoanRPC", "Protobuf", .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ClientExample",
            dependencies: ["LoanDefaultClient"],
            path: "Tests/ClientExample"
        ),
        .testTarget(
            name: "LoanDefaultClientTests",
            dependencies: [
                "Access", "Admission", "LoanDefaultClient", "LoanRPC", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LoanLoad",
            dependencies: [
                "HTTP2", "LoanRPC", "Machine",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ] + nio,
            swiftSettings: strict
        ),
        .target(name: "CMallocCount", path: "Tests/Benchmarks/CMallocCount"),
        // What all benchmarks report.
        .target(
            name: "BenchSupport",
            path: "Tests/Benchmarks/Support",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "RPCBench",
            dependencies: [
                "Admission", "BenchSupport", "CMallocCount", "LoanModel", "LoanRPC", "LoanServer",
                "LoanService", "XGBoostBaseline",
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio,
            path: "Tests/Benchmarks/RPC",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "StorageBench",
            dependencies: ["BenchSupport", "ObjectStorage"],
            path: "Tests/Benchmarks/Storage",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "StorageTransfer",
            dependencies: ["ObjectStorage"],
            path: "Tests/Benchmarks/StorageTransfer",
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "LoanRPC", "Machine", "Protobuf",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        // libxgboost as it is, for tests and benchmarks to compare with.
        .target(
            name: "XGBoostBaseline",
            dependencies: ["CXGBoost"],
            path: "Tests/XGBoostBaseline",
            swiftSettings: strict
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Access", "Compression", "DecisionRecord", "ForestInference", "HTTP2", "HTTPServer",
                "JSON", "LoanArtifact", "LoanModel", "LoanRPC", "LoanServer", "LoanService",
                "Machine", "ModelValidation", "ObjectStorage", "Protobuf", "TestSupport",
            ],
            path: "Tests/Fuzz/Targets",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FuzzTargetsTests",
            dependencies: ["ForestInference", "FuzzTargets", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ForestInferenceTests",
            dependencies: [
                "CForestKernels", "ForestInference", "Machine", "TestSupport", "XGBoostBaseline",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanLoadTests",
            dependencies: [
                "Admission", "GRPCServer", "HTTPServer", "LoanLoad", "LoanRPC", "Machine",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: strict
        ),
        .testTarget(
            name: "JSONTests",
            dependencies: ["JSON", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanRPCTests",
            dependencies: [
                "Access", "Admission", "LoanRPC", "Machine", "Protobuf", "TestSupport",
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio,
            swiftSettings: strict
        ),
        .testTarget(
            name: "ObjectStorageTests",
            dependencies: ["Digest", "Machine", "ObjectStorage"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MachineTests",
            dependencies: ["Machine", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: [
                "Observability", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanModelTests",
            dependencies: ["LoanModel", "ModelValidation", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanArtifactTests",
            dependencies: [
                "Digest", "LoanArtifact", "LoanModel", "ModelValidation", "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanTrainingTests",
            dependencies: [
                "ForestInference", "LoanModel", "LoanTraining", "Machine", "ModelValidation",
                "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanServiceTests",
            dependencies: [
                "DecisionRecord", "Digest", "ForestInference", "JSON", "LoanArtifact", "LoanModel",
                "LoanService", "LoanTraining", "Machine", "ModelValidation", "ObjectStorage",
                "Observability", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "HTTPServer", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanServerTests",
            dependencies: [
                "Access", "Admission", "DecisionRecord", "ForestInference", "HTTPServer", "JSON",
                "LoanModel",
                "LoanRPC", "LoanServer", "LoanService", "LoanTraining", "Machine",
                "ModelValidation", "ObjectStorage", "Observability", "Protobuf", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SentenceTests",
            dependencies: [
                "Access", "Compression", "DecisionRecord", "ForestInference", "HTTP2", "HTTPServer",
                "JSON", "LoanArtifact", "LoanModel", "LoanRPC", "LoanServer", "LoanService",
                "LoanTraining", "ModelValidation", "ObjectStorage", "Protobuf", "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoanDefaultCLITests",
            dependencies: ["LoanDefaultCLI", "LoanRPC", "ObjectStorage", "TestSupport"],
            swiftSettings: strict
        ),
    ],
    cxxLanguageStandard: .cxx17
)

// libFuzzer comes with the sanitizers, so its driver is only there for `make fuzz`.
if Context.environment["LOAN_DEFAULT_FUZZ"] != nil {
    package.products.append(.executable(name: "loan-fuzz", targets: ["LoanFuzz"]))
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "LoanFuzz",
            dependencies: ["CLibFuzzer", "FuzzTargets"],
            path: "Tests/Fuzz/Driver",
            swiftSettings: strict
        ),
    ]
}
