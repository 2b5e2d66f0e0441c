import Stores
import Testing

@Suite struct SmokeTests {
    @Test func commitsAndReads() async throws {
        let store = try Store.temporary(
            options: StoreOptions(migrations: [
                Migration(
                    room: "T",
                    number: 1,
                    statements: ["CREATE TABLE t (tenant TEXT NOT NULL, n INTEGER, b BLOB)"]
                )
            ])
        )
        let n = try await store.commit(.journal) { tx in
            try tx.execute("INSERT INTO t VALUES (?, ?, ?)", ["a", 5, .blob([1, 2])])
            return try tx.first("SELECT n FROM t")?[0].integer
        }
        #expect(n == 5)
        let back = try await store.read { try $0.first("SELECT b FROM t")?[0].blob }
        #expect(back == [1, 2])
        try await store.close()
    }
}
