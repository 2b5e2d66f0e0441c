import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Stores
import Testing

@testable import tocsin

/// How long a server keeps things, from the setting to the deleted row.
@Suite(.timeLimit(.minutes(2)))
struct RetentionTests {
    @Test func `without settings the documented times hold`() async throws {
        let found = try await ServerConfiguration.read(file: nil, environment: [:]).retention
        #expect(found.runDays == 90 && found.triggerHistoryDays == 90 && found.businessKeyDays == 400)
        #expect(found.feedDays == 7 && found.feedAtMostDays == 90 && found.auditDays == 731)
    }

    @Test func `file and environment set each of them, and the engine gets them`() async throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "tocsin.yaml",
            """
            retention:
              runDays: 30
              triggerHistoryDays: 20
              businessKeyDays: 40
              feedDays: 3
              feedAtMostDays: 9
              auditDays: 1000
            """
        )
        let configuration = try await ServerConfiguration.read(
            file: file,
            environment: ["TOCSIN_RETENTION_RUN_DAYS": "31", "TOCSIN_RETENTION_FEED_AT_MOST_DAYS": "8"]
        )
        #expect(configuration.strangeVariables.isEmpty)
        #expect(configuration.retention.auditDays == 1_000)
        var settings = EngineSettings(origin: "")
        configuration.retention.apply(to: &settings)
        #expect(settings.retention.runs == .days(31))
        #expect(settings.triggers.retention == .days(20))
        #expect(settings.retention.businessKeys == .days(40))
        #expect(settings.retention.feed == .days(3))
        #expect(settings.retention.feedAtMost == .days(8))
        // A run of the longest duration can be shown to its last day.
        #expect(settings.versionRetention > settings.runDuration + settings.retention.runs)
    }

    @Test(arguments: [
        (["RUN_DAYS": "0"], "from 1 to 3650"),
        (["RUN_DAYS": "3651"], "from 1 to 3650"),
        (["AUDIT_DAYS": "1.5"], "whole number of days"),
        (["TRIGGER_HISTORY_DAYS": "P1D"], "whole number of days"),
        (["RUN_DAYS": "100", "BUSINESS_KEY_DAYS": "99"], "at least as long as runs (100 days)"),
        (["FEED_DAYS": "10", "FEED_AT_MOST_DAYS": "9"], "not be shorter than retention.feedDays"),
    ])
    func `what does not fit is refused by name`(_ variables: [String: String], _ words: String) async throws {
        var environment: [String: String] = [:]
        for (name, value) in variables { environment["TOCSIN_RETENTION_\(name)"] = value }
        let failure = await #expect(throws: CommandFailure.self) {
            _ = try await ServerConfiguration.read(file: nil, environment: environment)
        }
        #expect(failure?.code == "InvalidSetting")
        #expect(failure?.place.hasPrefix("retention.") == true)
        #expect(failure?.text.contains(words) == true, "\(failure?.text ?? "")")
    }

    @Test func `longer kept runs keep their business keys and feed rows as long`() async throws {
        let found = try await ServerConfiguration.read(
            file: nil,
            environment: ["TOCSIN_RETENTION_RUN_DAYS": "500", "TOCSIN_RETENTION_FEED_DAYS": "100"]
        ).retention
        #expect(found.businessKeyDays == 500)
        #expect(found.feedAtMostDays == 100)
    }

    @Test func `a server deletes what is older than its settings say, and nothing else`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let first = try await ServerProcess(data: data)
        // Calls without a body are skipped, which leaves an entry in the trigger's history.
        let definition = LivePlaybooks.echo.replacing(
            #""inputs": {"schema": {}}}"#,
            with: #""inputs": {"schema": {}}, "conditions": [{"expression": "@not(empty(triggerBody()))"}]}"#
        )
        let deployed = try Program.run("deploy", try scratch.file("echo.json", definition), "--data", data)
        let word = deployed.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") }
        let url = String(try #require(word, "\(deployed.errors)"))
        for name in ["old", "young"] {
            #expect(try await first.ask("POST", url, body: ["name": .string(name)]).status == 201)
            #expect(try await first.ask("POST", url, body: [:]).status == 202)
            let alert = AlertSample.alert.text.replacing("a-1", with: "alert-\(name)")
            let file = try scratch.file("\(name).json", "[\(alert)]")
            #expect(try Program.run("alerts", "import", file, "--data", data).exitCode == 0)
        }
        #expect(try await first.stop() == 0)

        let runs = try await DataFolder.count("run WHERE closed IS NOT NULL", in: data)
        let histories = try await DataFolder.count("trigger_history", in: data)
        let feed = try await DataFolder.count("feed", in: data)
        let audit = try await DataFolder.count("identity_audit", in: data)
        try #require(runs == 2 && histories == 2 && feed >= 2 && audit >= 2, "\(runs) \(histories) \(feed) \(audit)")
        // The first of each lies ten days back.
        let ten = SQLValue.integer(TimeSpan.days(10).ticks)
        try await DataFolder.change(
            data,
            [
                ("UPDATE run SET closed = closed - ? WHERE number = (SELECT MIN(number) FROM run)", [ten]),
                ("UPDATE trigger_history SET end = end - ? WHERE end = (SELECT MIN(end) FROM trigger_history)", [ten]),
                ("UPDATE feed SET at = at - ? WHERE position = (SELECT MIN(position) FROM feed)", [ten]),
                ("UPDATE identity_audit SET at = at - ? WHERE number = 1 AND tenant <> '_server'", [ten]),
            ]
        )

        // Deleting begins with the server. On a busy machine it may take more than one start.
        for _ in 0..<10 {
            let server = try await ServerProcess(
                data: data,
                environment: [
                    "TOCSIN_RETENTION_RUN_DAYS": "5", "TOCSIN_RETENTION_TRIGGER_HISTORY_DAYS": "5",
                    "TOCSIN_RETENTION_FEED_DAYS": "1", "TOCSIN_RETENTION_FEED_AT_MOST_DAYS": "5",
                    "TOCSIN_RETENTION_AUDIT_DAYS": "5",
                ]
            )
            try await Task.sleep(for: .seconds(1))
            #expect(try await server.stop() == 0)
            let left = try await DataFolder.count("run", in: data) + DataFolder.count("trigger_history", in: data)
            let others = try await DataFolder.count("feed", in: data) + DataFolder.count("identity_audit", in: data)
            if left + others == runs + histories + feed + audit - 4 { break }
        }
        #expect(try await DataFolder.count("run", in: data) == runs - 1)
        #expect(try await DataFolder.count("journal WHERE position >> 24 = 1", in: data) == 0)
        #expect(try await DataFolder.count("trigger_history", in: data) == histories - 1)
        #expect(try await DataFolder.count("feed", in: data) == feed - 1)
        #expect(try await DataFolder.count("identity_audit WHERE number = 1 AND tenant <> '_server'", in: data) == 0)
        #expect(try await DataFolder.count("identity_audit", in: data) == audit - 1)
    }
}
