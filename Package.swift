// swift-tools-version: 6.2
import PackageDescription

// The graph of targets is the architecture: Documentation/architecture.md explains it, and a test in
// Tests/ArchitectureTests holds its one rule (imports go downwards only).

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Rooms on the hot path are optimised in debug builds too, so that tests are fast.
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func room(
    _ wing: String,
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    settings: [SwiftSetting] = strict,
    resources: [Resource] = []
) -> [Target] {
    [
        .target(
            name: name,
            dependencies: dependencies,
            path: "Sources/\(wing)/\(name)",
            resources: resources,
            swiftSettings: settings
        )
    ]
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies,
        path: "Tests/\(name)Tests",
        resources: resources,
        swiftSettings: strict
    )
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression: Target.Dependency = .product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdHTTP2: Target.Dependency = .product(name: "HummingbirdHTTP2", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")

let basics: [Target] =
    [
        .systemLibrary(
            name: "CLibXML2",
            path: "Sources/System/CLibXML2",
            pkgConfig: "libxml-2.0",
            providers: [.apt(["libxml2-dev"])]
        ),
        .systemLibrary(
            name: "CLibXSLT",
            path: "Sources/System/CLibXSLT",
            pkgConfig: "libxslt",
            providers: [.apt(["libxslt1-dev"])]
        ),
    ]
    + room("Basics", "JSONTree", settings: hot)
    + room("Basics", "Moments", ["JSONTree"], settings: hot)
    + room("Basics", "XMLTree", ["JSONTree", "CLibXML2", "CLibXSLT"])
    + room("Basics", "Signals", ["JSONTree", "Moments", logging, metrics])

let language: [Target] =
    room("Language", "JSONSchema", ["JSONTree"], settings: hot)
    + room("Language", "Content", ["JSONTree"], settings: hot)
    + room("Language", "Expressions", ["JSONTree", "Moments", "XMLTree", "Content"], settings: hot)
    + room("Language", "OData", ["JSONTree", "Moments"])
    + room("Language", "Playbooks", ["JSONTree", "Moments", "Content", "Expressions"])

let platform: [Target] =
    [
        .systemLibrary(name: "CSpawn", path: "Sources/System/CSpawn"),
        .systemLibrary(
            name: "CLibLDAP",
            path: "Sources/System/CLibLDAP",
            pkgConfig: "ldap",
            providers: [.apt(["libldap-dev"])]
        ),
        .systemLibrary(
            name: "CODBC",
            path: "Sources/System/CODBC",
            pkgConfig: "odbc",
            providers: [.apt(["unixodbc-dev"])]
        ),
    ]
    + room("Platform", "Stores", ["JSONTree", grdb, sqlite, crypto, logging, metrics], settings: hot)
    + room(
        "Platform",
        "Outbound",
        [asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioHTTPCompression, nioSSL, nioTLS, x509, swiftASN1, logging]
    )
    + room("Platform", "Secrets", ["Moments", "Content", "Stores", crypto, cryptoExtras])
    + room("Platform", "Identity", ["JSONTree", "Moments", "Stores", "Secrets", crypto, cryptoExtras, x509, swiftASN1])
    + room(
        "Platform",
        "Serving",
        [
            "JSONTree", "Moments", "Identity", "Outbound", hummingbirdCore, hummingbirdTLS,
            hummingbirdHTTP2, nioCore, nioPosix, nioSSL, httpTypes, serviceLifecycle, x509, swiftASN1, crypto, logging,
        ]
    )
    + room(
        "Platform",
        "Durable",
        ["JSONTree", "Moments", "Signals", "Stores", "Secrets", crypto, logging, metrics],
        settings: hot
    )
    + room(
        "Platform",
        "Connectors",
        [
            "JSONTree", "Moments", "JSONSchema", "Content", "Expressions", "OData", "Stores", "Outbound", "Secrets",
            "Identity", crypto, cryptoExtras, yams,
        ]
    )
    + room(
        "Platform",
        "Mail",
        ["JSONTree", "Moments", "Content", "Outbound", "Secrets", "Connectors", nioCore, nioPosix, nioSSL]
    )
    + room("Platform", "LDAP", ["JSONTree", "Moments", "Content", "Outbound", "Secrets", "Connectors", "CLibLDAP"])
    + room(
        "Platform",
        "Databases",
        [
            "JSONTree", "Moments", "Content", "OData", "Outbound", "Secrets", "Connectors", "CODBC", crypto, nioCore,
            nioPosix, nioSSL, nioTLS,
        ]
    )
    + room("Platform", "Files", ["JSONTree", "Moments", "Content", "Outbound", "Connectors"])
    + room("Platform", "Scripting", ["JSONTree", "CSpawn"])

let domains: [Target] =
    room(
        "Domains",
        "Engine",
        [
            "JSONTree", "Moments", "XMLTree", "Signals", "JSONSchema", "Content", "Expressions", "Playbooks", "Stores",
            "Outbound", "Secrets",
            "Durable", "Connectors", "Scripting", crypto, cryptoExtras, logging,
        ],
        settings: hot
    )
    + room("Domains", "Alerts", ["JSONTree", "Moments", "Signals", "JSONSchema", "OData", "Stores", "Durable"])

let surfaces: [Target] =
    room("Surfaces", "Graph", ["JSONTree", "Moments", "Content", "OData", "Identity", "Serving", "Alerts"])
    + room(
        "Surfaces",
        "LogicManagement",
        [
            "JSONTree", "Moments", "Content", "OData", "Playbooks", "Secrets", "Identity", "Serving", "Durable",
            "Engine", crypto,
        ]
    )
    + room(
        "Surfaces",
        "Callbacks",
        ["JSONTree", "Moments", "Content", "Playbooks", "Outbound", "Identity", "Serving", "Durable", "Engine"]
    )
    + room("Surfaces", "Answers", ["JSONTree", "Moments", "Content", "Serving", "Connectors"])
    + room("Surfaces", "Tokens", ["JSONTree", "Moments", "Outbound", "Secrets", "Identity", "Serving"])
    + room(
        "Surfaces",
        "Administration",
        ["JSONTree", "Moments", "Secrets", "Identity", "Serving", "Connectors", "Outbound", "Engine"]
    )

let edge: [Target] =
    room("Edge", "Lab", ["JSONTree", "Moments", "JSONSchema", "Content", "Connectors", "Outbound", "Serving"])
    + room(
        "Edge",
        "Rehearsal",
        [
            "JSONTree", "Moments", "XMLTree", "Signals", "JSONSchema", "Content", "Expressions", "Playbooks",
            "Outbound",
            "Secrets", "Durable", "Connectors", "Scripting", "Engine", logging,
        ]
    )

let programs: [Target] = [
    .systemLibrary(
        name: "CJavaScriptCore",
        path: "Sources/System/CJavaScriptCore",
        pkgConfig: "javascriptcoregtk-4.1",
        providers: [.apt(["libjavascriptcoregtk-4.1-dev"])]
    ),
    .executableTarget(
        name: "tocsin-script",
        dependencies: ["CJavaScriptCore"],
        path: "Sources/tocsin-script",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "tocsin",
        dependencies: [
            "JSONTree", "Moments", "Signals", "Content", "Expressions", "Playbooks", "Stores", "Outbound", "Secrets",
            "Identity", "Serving", "Durable", "Connectors", "Mail", "LDAP", "Databases", "Files", "Scripting", "Engine",
            "Alerts", "Graph",
            "LogicManagement", "Callbacks", "Answers", "Tokens", "Administration", "Lab", "Rehearsal",
            argumentParser, asyncHTTPClient, configuration, logging, metrics, nioCore, nioHTTP1, nioPosix,
            nioSSL, serviceLifecycle, unixSignals, yams,
        ],
        path: "Sources/tocsin",
        swiftSettings: strict
    ),
]

/// One suite a room; a row a suite, so that two people can add theirs.
let suites: [Target] = [
    .target(name: "TestSupport", dependencies: ["Identity", "JSONTree"], path: "Tests/Support", swiftSettings: strict),
    tests("Architecture", []),
    tests("JSONTree", ["JSONTree"]),
    tests("XMLTree", ["XMLTree", "JSONTree"]),
    tests("JSONSchema", ["JSONSchema", "JSONTree"]),
    tests("Content", ["Content", "JSONTree"]),
    tests("Moments", ["Moments", "JSONTree"]),
    tests("OData", ["OData", "JSONTree", "Moments"]),
    tests(
        "Connectors",
        [
            "Connectors", "JSONTree", "Moments", "Content", "Expressions", "Outbound", "Stores", "Secrets", "Identity",
            crypto,
            cryptoExtras, x509, swiftASN1,
        ]
    ),
    tests("Answers", ["Answers", "Connectors", "JSONTree", "Moments", "Stores", "Secrets", "Serving"]),
    tests(
        "Services",
        ["Mail", "LDAP", "Databases", "Files", "Connectors", "Content", "JSONTree", "Moments", "Outbound", "Secrets"]
    ),
    tests("Alerts", ["Alerts", "OData", "JSONTree", "Moments", "Stores"]),
    tests("Graph", ["Graph", "Alerts", "JSONTree", "Moments", "Stores", "Serving", "Identity"]),
    tests(
        "Lab",
        [
            "Lab", "Connectors", "JSONSchema", "Content", "Expressions", "JSONTree", "Moments", "Outbound", "Secrets",
            "Serving",
        ]
    ),
    tests("Playbooks", ["Playbooks", "Expressions", "JSONTree", "Moments"]),
    tests("Expressions", ["Expressions", "JSONTree", "Moments", "XMLTree"]),
    tests("Signals", ["Signals", "JSONTree", "Moments", logging, metrics]),
    tests("Scripting", ["Scripting", "JSONTree"]),
    tests("Stores", ["Stores", "JSONTree"]),
    tests("Secrets", ["Secrets", "Stores", "Moments"]),
    tests("Serving", ["Serving", "Identity", "JSONTree", nioCore, nioPosix, serviceLifecycle, logging]),
    tests(
        "Identity",
        [
            "TestSupport", "Identity", "JSONTree", "Moments", "Stores", "Secrets", crypto, cryptoExtras, x509,
            swiftASN1,
        ]
    ),
    tests(
        "Tokens",
        [
            "TestSupport", "Tokens", "Identity", "Serving", "JSONTree", "Moments", "Stores", "Secrets",
            serviceLifecycle, logging, crypto, cryptoExtras,
            x509, swiftASN1,
        ]
    ),
    tests(
        "LogicManagement",
        [
            "TestSupport", "LogicManagement", "Callbacks", "Tokens", "Engine", "Playbooks", "OData", "Durable",
            "JSONTree", "Moments",
            "Outbound", "Stores", "Secrets", "Identity", "Serving", serviceLifecycle, logging,
        ]
    ),
    tests("Durable", ["Durable", "JSONTree", "Moments", "Stores", "Secrets", crypto, logging]),
    tests(
        "Engine",
        [
            "Engine", "Content", "Durable", "Playbooks", "Stores", "JSONTree", "Moments", "Outbound", "Connectors",
            "Scripting", "Secrets", "Identity", nioCore, nioPosix, nioHTTP1, crypto, cryptoExtras, logging,
        ]
    ),
    tests("Rehearsal", ["Rehearsal", "Lab", "Connectors", "Playbooks", "JSONTree", "Moments"]),
    tests("Tocsin", ["tocsin", "Durable", "Engine", "JSONTree", "Moments", "Stores"]),
    tests(
        "Chaos",
        ["tocsin", "Engine", "Durable", "Playbooks", "Stores", "Outbound", "Serving", "JSONTree", "Moments"]
    ),
    tests("Outbound", ["Outbound", nioCore, nioPosix, nioHTTP1, nioSSL, x509, swiftASN1, crypto]),
]

let package = Package(
    name: "tocsin",
    products: [.executable(name: "tocsin", targets: ["tocsin"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: [.defaults, "YAML", "CommandLineArguments"]
        ),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: basics + language + platform + domains + surfaces + edge + programs + suites
)
