import Content
import Durable
import Engine
import Foundation
import JSONTree
import Logging
import Moments
import Stores
import Synchronization
import Testing

/// Secrets planted in every place that takes one are found nowhere: not in the database, its files, a backup, the logs or the history.
@Suite(.timeLimit(.minutes(2)))
struct CanaryTests {
    private static let canaries = ["parameter", "password", "answer", "payload", "header"].map { "canary-\($0)-91c4e7" }

    /// Keeps what was logged.
    private final class LogBook: Sendable {
        let lines = Mutex<[String]>([])
    }

    private struct BookHandler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            book.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }

    private static let definition: JSON = [
        "parameters": ["key": ["type": "SecureString"]],
        "triggers": [
            "manual": [
                "type": "Request", "inputs": [:],
                "runtimeConfiguration": ["secureData": ["properties": ["inputs", "outputs"]]],
            ]
        ],
        "actions": [
            "Send": [
                "type": "Http",
                "inputs": [
                    "method": "PUT", "uri": "https://a.example/",
                    "headers": [
                        "Authorization": "Bearer canary-header-91c4e7", "X-Key": "@parameters('key')",
                    ],
                    "authentication": ["type": "Basic", "username": "u", "password": "canary-password-91c4e7"],
                    "body": "@triggerBody()",
                ],
                "runtimeConfiguration": ["secureData": ["properties": ["inputs", "outputs"]]],
            ],
            "Fetch": [
                "type": "Http", "runAfter": ["Send": ["Succeeded"]],
                "inputs": ["method": "GET", "uri": "https://a.example/"],
                "runtimeConfiguration": ["secureData": ["properties": ["outputs"]]],
            ],
            "Use": ["type": "Compose", "inputs": "@body('Fetch')?['secret']", "runAfter": ["Fetch": ["Succeeded"]]],
            "Nap": [
                "type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Second"]],
                "runAfter": ["Use": ["Succeeded"]],
            ],
            "Call": [
                "type": "Http", "runAfter": ["Nap": ["Succeeded"]],
                "inputs": [
                    "method": "PUT", "uri": "https://a.example/",
                    "authentication": ["type": "Raw", "value": "canary-header-91c4e7"],
                ],
            ],
        ],
    ]

    @Test("no canary is found anywhere, while the run is under way and after its end")
    func canaries() async throws {
        let house = try await ServiceHouse()
        let book = LogBook()
        let logger = Logger(label: "test", factory: { _ in BookHandler(book: book) })
        let answers: [String: JSON] = ["Fetch": ["secret": "canary-answer-91c4e7"]]
        let run = try await house.live(holds: ["Call"], answers: answers, logger: logger) { service, outside in
            let record = try await service.put(
                ServiceHouse.key("secretive"),
                WorkflowDraft(
                    definition: Self.definition.bytes(),
                    parameters: ["key": ["value": "canary-parameter-91c4e7"]]
                ),
                tenant: ServiceHouse.tenant
            ).record
            var call = ServiceHouse.call
            call.body = ["card": "canary-payload-91c4e7"]
            let came = try await service.invoke(record, trigger: "manual", call: call, trackingID: nil)
            guard case .accepted(let runs) = came else { throw EngineError(500, "NotAccepted", "\(came)") }
            try await eventually("the last call") { outside.calls.withLock { $0.contains("Call") } }
            try await Self.search(house.store)
            return runs[0]
        }
        try await house.live(answers: answers, logger: logger) { service, _ in
            let record = try #require(try await service.record(id: run.scope))
            try await eventually("the end") { try await service.run(run.name, of: record).end != nil }
            let listing = try await service.run(run.name, of: record)
            #expect(listing.status == .succeeded, "\(listing.error?.text ?? "")")
            let history = try await service.history(of: listing, in: record)
            let fetched = history.entries(of: "Fetch").first?.outputs
            #expect(
                fetched?["body"]?["secret"] == "canary-answer-91c4e7",
                "the engine itself can read it after a restart"
            )
        }
        try await Self.search(house.store)
        let backup = house.store.folder + "-backup"
        _ = try await house.store.backup(to: backup)
        defer { _ = try? FileManager.default.removeItem(atPath: backup) }
        try Self.search(folder: backup)
        let lines = book.lines.withLock { $0 }
        for canary in Self.canaries {
            #expect(!lines.contains { $0.contains(canary) }, "\(canary) was logged")
        }
    }

    private static func search(_ store: Store) async throws {
        try search(folder: store.folder)
    }

    private static func search(folder: String) throws {
        let files = try #require(FileManager.default.enumerator(atPath: folder))
        var bytes = 0
        for case let name as String in files {
            let path = folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes += content.count
            for canary in canaries {
                for form in [canary, Base64.encode(Array(canary.utf8))] {
                    #expect(content.range(of: Data(form.utf8)) == nil, "\(canary) stands in \(name)")
                }
            }
        }
        #expect(bytes > 10_000, "the search has looked at real files")
    }
}
