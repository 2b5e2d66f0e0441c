import Durable
import Moments
import Secrets
import Stores
import Testing

/// A journal can prove itself: whoever changes it is found out.
@Suite(.timeLimit(.minutes(1)))
struct JournalVerifierTests {
    private struct Bench {
        var store: Store
        var blobs: BlobFiles
        var key: SigningKey

        init() async throws {
            store = try Store.temporary(
                options: StoreOptions(migrations: SecretsMigrations.all + DurableMigrations.all)
            )
            let keyring = try await Keyring.open(store: store, masterKey: .file(besides: store))
            blobs = try BlobFiles(store: store, sealer: keyring)
            key = try await SigningKeyStore(keyring).keys(of: "journal", tenant: Store.serverTenant).primary
            let journal = SQLJournal(store: store, clock: SystemClock(), blobs: blobs, signer: key)
            let driver = try await DiaryDriver(journal, DiaryWorld())
            for number in 1...3 {
                let run = try await driver.start(.say("first of \(number)"))
                try await driver.driver.deliver(.say(String(repeating: "large", count: 20_000)), to: run)
                if number < 3 { try await driver.driver.deliver(.end(farewell: nil), to: run) }
            }
            await driver.driver.shutDown()
        }

        func verify() async throws -> JournalVerifier.Report {
            try await JournalVerifier(store: store, blobs: blobs, key: key).verify()
        }

        func change(_ sql: String, _ arguments: [SQLValue] = []) async throws {
            try await store.commit { try $0.execute(sql, arguments) }
        }
    }

    @Test func `an honest journal is proven`() async throws {
        let bench = try await Bench()
        let report = try await bench.verify()
        #expect(report.problems.isEmpty, "\(report.problems)")
        #expect(report.runs == 3)
        #expect(report.rows == 8)
        #expect(report.bodies == 3)
        #expect(report.signed == 3)
        try await bench.store.close()
    }

    @Test(arguments: [
        ("UPDATE journal SET body = replace(body, 'first', 'worst') WHERE position = 1 << 24", "does not match"),
        ("DELETE FROM journal WHERE position = (1 << 24) + 1", "is missing"),
        ("DELETE FROM journal WHERE position = (1 << 24) + 2", "is missing"),
        ("UPDATE run SET status = 'Failed' WHERE number = 1", "signature"),
        ("UPDATE run SET closed = closed + 1 WHERE number = 1", "signature"),
        ("UPDATE run SET head = (SELECT head FROM run WHERE number = 2) WHERE number = 1", "signature"),
        ("UPDATE run_body SET digest = digest || '0' WHERE run = 1", "large value"),
    ])
    func `a change is found`(_ sql: String, _ words: String) async throws {
        let bench = try await Bench()
        try await bench.change(sql)
        let report = try await bench.verify()
        let problem = try #require(report.problems.first)
        #expect(report.problems.count == 1)
        #expect(problem.run == RunNumber(1))
        #expect(problem.text.contains(words), "\(problem.text)")
        try await bench.store.close()
    }

    @Test func `a whole chain made anew has no good signature`() async throws {
        let bench = try await Bench()
        let rows = try await bench.store.read { try SQLRuns.rows(of: RunNumber(2), in: $0) }
        var hash: [UInt8] = []
        for (place, row) in rows.enumerated() {
            var body = row.body
            if place == 0 { body = Array(String(decoding: body, as: UTF8.self).replacing("first", with: "worst").utf8) }
            hash = JournalRow.hash(after: hash, body: body)
            try await bench.change(
                "UPDATE journal SET body = ?, hash = ? WHERE position = ?",
                [.blob(body), .blob(hash), .integer(JournalPosition(RunNumber(2), row.sequence).value)]
            )
        }
        let report = try await bench.verify()
        #expect(report.problems.map(\.run.value) == [2])
        #expect(report.problems.first?.text.contains("signature") == true)
        try await bench.store.close()
    }
}
