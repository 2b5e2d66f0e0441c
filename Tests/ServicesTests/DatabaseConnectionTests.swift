import Connectors
import Databases
import Foundation
import JSONTree
import Outbound
import Testing

/// How connections to databases come about, and what becomes of those that are lost.
struct DatabaseConnectionTests {
    private static let query = "/datasets/default/query/sql"

    private func sleep(_ kind: RealDatabase, _ seconds: Int) -> JSON {
        let call = kind == .postgresql ? "select 1 as x from pg_sleep(\(seconds))" : "select sleep(\(seconds)) as x"
        return ["query": .string(call)]
    }

    @Test(arguments: RealDatabase.allCases) func `TLS checks the name, at the address that the guard found`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try kind.start(["tls"]) else { return }
        let names = FixedResolver(["localhost": "127.0.0.1", "db.contoso.com": "127.0.0.1"])
        let good = try await kind.bench(server, ["server": "localhost"], resolver: names).call(
            "GET",
            "/datasets/default/tables"
        )
        #expect(good.statusCode == 200, "\(good)")
        let literal = try await kind.bench(server).call("GET", "/datasets/default/tables")
        #expect(literal.statusCode == 200, "\(literal)")
        let changes: [[String: JSON]] = [
            ["server": "db.contoso.com"], ["server": "localhost", "certificateAuthority": ""],
        ]
        for change in changes {
            let bench = try kind.bench(server, change, resolver: names)
            let error = await #expect(throws: OutboundError.self, "\(change)") {
                try await bench.call("GET", "/datasets/default/tables")
            }
            #expect(error?.certainlyNotSent == true)
        }
        // A name that only the guard's resolver knows: whoever looked it up again would find nothing.
        let unchecked = try await kind.bench(
            server,
            ["server": "db.contoso.com", "encrypt": "unchecked"],
            resolver: names
        ).call("GET", "/datasets/default/tables")
        #expect(unchecked.statusCode == 200, "\(unchecked)")
        let off = try kind.bench(server, ["encrypt": "off"])
        do {
            #expect(try await off.call("GET", "/datasets/default/tables").statusCode == 401)
        } catch let error as OutboundError {
            #expect(error.certainlyNotSent)
        }
    }

    @Test(arguments: RealDatabase.allCases)
    func `a database inside is out of reach unless the connection names its network`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server, networks: [])
        let error = await #expect(throws: OutboundError.self) {
            try await bench.call("GET", "/datasets/default/tables")
        }
        #expect(error?.code == .refusedByGuard)
    }

    @Test(arguments: RealDatabase.allCases) func `a statement that takes too long is stopped`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server)
        let start = ContinuousClock.now
        let error = await #expect(throws: OutboundError.self) {
            try await bench.call("POST", Self.query, body: sleep(kind, 30), timeout: .seconds(2))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.certainlyNotSent == false)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test(arguments: RealDatabase.allCases) func `calls do not wait for each other`(_ kind: RealDatabase) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { _ = try await bench.call("POST", Self.query, body: sleep(kind, 2)) }
            }
            try await group.waitForAll()
        }
        #expect(ContinuousClock.now - start < .seconds(6))
    }

    @Test(arguments: RealDatabase.allCases)
    func `a connection that is lost under a statement leaves its outcome unknown`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server)
        let killer =
            kind == .postgresql
            ? "select pg_terminate_backend(pg_backend_pid())" : "kill connection_id()"
        let error = await #expect(throws: OutboundError.self) {
            try await bench.call("POST", Self.query, body: ["query": .string(killer)])
        }
        #expect(error?.code == .lostReply)
        #expect(error?.certainlyNotSent == false)
    }

    @Test(arguments: ["postgresql", "mariadb", "sqlserver"])
    func `a server that is not there was certainly sent nothing`(
        _ kind: String
    ) async throws {
        let bench = Bench(
            "sql",
            ["sql": DatabaseService()],
            parameters: [
                "kind": .string(kind), "server": "127.0.0.1", "port": "1", "database": "soc", "username": "tocsin",
                "encrypt": "unchecked",
            ],
            secrets: ["password": "secret-password"]
        )
        let error = await #expect(throws: OutboundError.self) {
            try await bench.call("GET", "/datasets/default/tables")
        }
        #expect(error?.code == .connectionFailed)
        #expect(error?.certainlyNotSent == true)
        #expect(error?.message.contains("secret-password") == false)
    }

    @Test func `certificates of a SQL Server are not said to be checked when they are not`() async throws {
        let bench = Bench(
            "sql",
            ["sql": DatabaseService()],
            parameters: ["kind": "sqlserver", "server": "127.0.0.1", "database": "soc", "username": "tocsin"],
            secrets: ["password": "x"]
        )
        let error = await #expect(throws: ConnectorError.self) {
            try await bench.call("GET", "/datasets/default/tables")
        }
        #expect(error?.code == .incompleteConnection)
    }

    @Test func `a call may name the server and database of its connection, and no others`() async throws {
        guard let server = try SharedDatabases.shared.server(.postgresql) else { return }
        let bench = try RealDatabase.postgresql.bench(server)
        #expect(try await bench.call("GET", "/v2/datasets/127.0.0.1,soc/tables").statusCode == 200)
        await #expect(throws: ConnectorError.self) {
            try await bench.call("GET", "/v2/datasets/127.0.0.1,other/tables")
        }
    }

    @Test func `a trigger gives the rows that were added since the last poll`() async throws {
        guard let server = try RealDatabase.postgresql.start() else { return }
        let bench = try RealDatabase.postgresql.bench(server)
        let (items, trigger) = ("/datasets/default/tables/alerts/items", "/datasets/default/tables/alerts/onnewitems")
        _ = try await bench.call("POST", items, body: ["severity": "old"])
        let first = try await bench.call("GET", trigger)
        #expect(first.statusCode == 202, "\(first)")
        _ = try await bench.call("POST", items, body: ["severity": "new"])
        let cursor = try #require(PollCursor.read(first.headers["Location"]?.stringValue ?? ""))
        let second = try await bench.call("GET", trigger, cursor: cursor)
        #expect(second.body?["value"]?.arrayValue?.map { $0["severity"] } == ["new"], "\(second)")
        let next = try #require(PollCursor.read(second.headers["Location"]?.stringValue ?? ""))
        #expect(try await bench.call("GET", trigger, cursor: next).statusCode == 202)
    }
}
