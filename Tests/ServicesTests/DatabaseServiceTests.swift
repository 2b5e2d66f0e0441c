import Connectors
import Databases
import Foundation
import JSONTree
import Outbound
import Testing

/// A database that the tests drive, by its kind.
enum RealDatabase: String, CaseIterable, Sendable {
    case postgresql
    case mariadb

    func start(_ arguments: [String] = []) throws -> Counterpart? {
        try Counterpart.start(self == .postgresql ? "postgres" : "mariadb", arguments)
    }

    func bench(
        _ server: Counterpart,
        _ more: [String: JSON] = [:],
        password: String = "p}w; {x",
        networks: [String] = ["127.0.0.0/8", "::1/128"],
        resolver: any HostResolver = SystemResolver()
    ) throws -> Bench {
        var parameters: [String: JSON] = [
            "kind": .string(rawValue), "server": "127.0.0.1", "port": .string("\(server.port)"), "database": "soc",
            "username": "tocsin", "certificateAuthority": .string(try server.file("ca.crt")),
        ]
        parameters.merge(more) { $1 }
        return Bench(
            "sql",
            ["sql": DatabaseService(destinations: DestinationGuard(resolver: resolver))],
            parameters: parameters,
            secrets: ["password": password],
            networks: networks
        )
    }
}

/// The connector `sql`, through the registry, against real databases.
struct DatabaseServiceTests {
    private static let items = "/v2/datasets/default,default/tables/alerts/items"
    private static let full: JSON = [
        "severity": "high", "source": "it's \"ü\" 🔥; drop table alerts", "score": 12.5, "ratio": 0.1, "seen": true,
        "big": 9_007_199_254_740_993, "raised": "2026-11-30T10:00:00.5Z", "changed": "2026-11-30T12:00:00+02:00",
        "day": "2026-11-30", "ref": "6B8F4C1E-0D4D-4A3A-9C55-2F6F6A1C7F10", "detail": ["a": [1, "x"]],
        "evidence": "AAEC/w==",
    ]

    private func query(_ bench: Bench, _ sql: String, _ values: JSON = [:]) async throws -> ConnectorOutputs {
        try await bench.call(
            "POST",
            "/v2/datasets/default,default/query/sql",
            body: ["query": .string(sql), "actualParameters": values]
        )
    }

    @Test(arguments: RealDatabase.allCases) func `a row is added, read, changed and removed, every type as JSON has it`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try kind.start() else { return }
        let bench = try kind.bench(server)
        let added = try await bench.call("POST", Self.items, body: Self.full)
        #expect(added.statusCode == 200, "\(added)")
        let row = try #require(added.body)
        #expect(row["ItemInternalId"] == "1")
        for name in ["severity", "source", "big", "day", "evidence", "ratio"] {
            #expect(row[name] == Self.full[name], "\(name): \(row[name] ?? .null)")
        }
        #expect(row["score"]?.doubleValue == 12.5)
        // MariaDB has no boolean: BOOLEAN is TINYINT(1) there.
        #expect(row["seen"] == true || (kind == .mariadb && row["seen"] == 1))
        #expect(row["raised"]?.stringValue?.hasPrefix("2026-11-30T10:00:00.5") == true, "\(row["raised"] ?? .null)")
        #expect(row["changed"]?.stringValue?.hasPrefix("2026-11-30T10:00:00") == true, "\(row["changed"] ?? .null)")
        #expect(row["ref"]?.stringValue == "6b8f4c1e-0d4d-4a3a-9c55-2f6f6a1c7f10")
        #expect(try JSON.parse(Array((row["detail"]?.stringValue ?? "").utf8)) == ["a": [1, "x"]])
        #expect(row["doubled"] == 2)
        let changed = try await bench.call("PATCH", "\(Self.items)/1", body: ["Severity": "low", "source": nil])
        #expect(changed.statusCode == 200, "\(changed)")
        #expect(changed.body?["severity"] == "low")
        #expect(changed.body?["source"] == .null)
        #expect(try await bench.call("GET", "\(Self.items)/1").body == changed.body)
        #expect(try await bench.call("DELETE", "\(Self.items)/1").statusCode == 200)
        #expect(try await bench.call("GET", "\(Self.items)/1").statusCode == 404)
        #expect(try await bench.call("DELETE", "\(Self.items)/1").statusCode == 404)
        #expect(try await bench.call("PATCH", "\(Self.items)/1", body: ["severity": "x"]).statusCode == 404)
    }

    @Test(arguments: RealDatabase.allCases) func `rows are filtered, ordered, cut and paged`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try kind.start() else { return }
        let bench = try kind.bench(server)
        let filled = try await query(
            bench,
            "insert into alerts (severity, source, score, raised) select case when n % 2 = 0 then 'high' else 'low' end, "
                + "concat('host-', n), n / 1000.0, @at from numbers where n <= 2500",
            ["at": "2026-11-30 10:00:00"]
        )
        #expect(filled.statusCode == 200, "\(filled)")
        let pages = try await bench.pages(Self.items)
        #expect(pages.map { $0.body?["value"]?.arrayValue?.count } == [2_048, 452])
        #expect(pages.last?.body?["value"]?.arrayValue?.last?["id"] == 2_500)
        let filters: [(String, Int)] = [
            ("severity eq 'high' and id le 10", 5), ("id in (1,2,3)", 3), ("contains(source,'-25')", 12),
            ("startswith(source,'host-1') and id lt 20", 11), ("not (severity eq 'high') and id lt 5", 2),
            ("score gt 2.4", 100), ("source eq null", 0), ("source ne null and id eq 7", 1),
            ("tolower(source) eq 'host-3'", 1), ("source eq 'x'' or 1 eq 1 or ''a'", 0),
            ("raised eq 2026-11-30T10:00:00Z and id lt 3", 2), ("raised gt '2026-11-30T10:00:00Z'", 0),
            ("contains(source,'%')", 0), ("length(source) eq 6", 9),
        ]
        for (filter, count) in filters {
            let answer = try await bench.call(
                "GET",
                Self.items,
                queries: [("$filter", .string(filter)), ("$top", 200)]
            )
            #expect(answer.body?["value"]?.arrayValue?.count == count, "\(filter): \(answer.body ?? .null)")
        }
        let top = try await bench.call(
            "GET",
            Self.items,
            queries: [("$orderby", "severity desc, id desc"), ("$top", 2), ("$skip", 1), ("$select", "source")]
        )
        #expect(
            top.body?["value"] == [
                ["ItemInternalId": "2497", "source": "host-2497"], ["ItemInternalId": "2495", "source": "host-2495"],
            ]
        )
        #expect(top.body?["@odata.nextLink"] == nil)
    }

    @Test(
        arguments: RealDatabase.allCases,
        [
            ("$filter", "nothing eq 1"), ("$filter", "id eq"), ("$orderby", "id; drop table alerts"),
            ("$select", "id\"--"),
            ("$filter", "concat(source,'a') eq 'b'"), ("$top", "-1"), ("$nothing", "1"),
        ]
    )
    func `what the table or SQL does not have is refused`(
        _ kind: RealDatabase,
        _ option: (name: String, value: String)
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let answer = try await kind.bench(server).call(
            "GET",
            Self.items,
            queries: [(option.name, .string(option.value))]
        )
        #expect(answer.statusCode == 400, "\(answer)")
    }

    @Test(arguments: RealDatabase.allCases) func `names are found in the catalogue, however they are quoted`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server)
        let odd = "/datasets/default/tables/Odd%2520%2522Name%2522/items"
        let item: JSON = ["Key": "a b", "second": 1, "select": "x"]
        _ = try await bench.call("DELETE", "\(odd)/a%2520b%2C1")
        let added = try await bench.call("POST", odd, body: item)
        #expect(added.statusCode == 200, "\(added)")
        #expect(added.body?["ItemInternalId"] == "a b,1")
        #expect(try await bench.call("GET", "\(odd)/a%2520b%2C1").body?["select"] == "x")
        #expect(try await bench.call("GET", "\(odd)/a%2520b").statusCode == 400)
        #expect(try await bench.call("POST", odd, body: item).statusCode == 409)
        for (name, status) in [
            ("ALERTS", 200), ("[alerts]", 200), ("nothing", 404), ("alerts;--", 404),
            ("secrets", 404),
        ] {
            let path =
                "/datasets/default/tables/\(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")/items"
            #expect(try await bench.call("GET", path).statusCode == status, "\(name)")
        }
        let tables = try await bench.call("GET", "/v2/datasets/default,default/tables")
        let names = tables.body?["value"]?.arrayValue?.compactMap { $0["DisplayName"]?.stringValue } ?? []
        #expect(names.contains("alerts") && names.contains("high") && !names.contains("secrets"), "\(names)")
        let plain = try await bench.call("GET", "/datasets/default/tables/plain/items/1")
        #expect(plain.errorCode == "NoPrimaryKey")
        let described = try await bench.call("GET", "/$metadata.json/datasets/default/tables/alerts")
        let properties = described.body?["schema"]?["items"]?["properties"]
        #expect(properties?["id"]?["x-ms-keyType"] == "primary")
        #expect(properties?["doubled"]?["x-ms-permission"] == "read-only")
        #expect(described.body?["schema"]?["items"]?["required"] == ["severity"])
    }

    @Test(arguments: RealDatabase.allCases) func `values of a query are bound, whatever they hold`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server)
        let evil = "'; drop table alerts; -- @b"
        let cast = kind == .postgresql ? "cast(@a as text)" : "@a"
        let answer = try await query(
            bench,
            "select \(cast) as a, '@a' as b /* @a */, 1 as c -- @a",
            ["a": .string(evil)]
        )
        #expect(answer.body?["ResultSets"]?["Table1"] == [["a": .string(evil), "b": "@a", "c": 1]], "\(answer)")
        let typed = try await bench.call(
            "POST",
            "/datasets/default/query/sql",
            body: [
                "query": "select id from alerts where id = @id and severity = @s",
                "formalParameters": ["id": "int", "s": "nvarchar(20)"], "actualParameters": ["id": "7", "s": "x"],
            ]
        )
        #expect(typed.body?["ResultSets"]?["Table1"] == [], "\(typed)")
        let missing = try await bench.call(
            "POST",
            "/datasets/default/query/sql",
            body: ["query": "select @x", "formalParameters": ["x": "int"], "actualParameters": [:]]
        )
        #expect(missing.statusCode == 400)
    }

    @Test(arguments: RealDatabase.allCases) func `procedures and functions are run by name`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try kind.start() else { return }
        let bench = try kind.bench(server)
        _ = try await bench.call("POST", Self.items, body: ["severity": "high"])
        let closed = try await bench.call("POST", "/datasets/default/procedures/close_alert", body: ["wanted": 1])
        #expect(closed.statusCode == 200, "\(closed)")
        #expect(closed.body?["OutputParameters"] == ["closed": "alert 1"])
        #expect(try await bench.call("GET", "\(Self.items)/1").body?["severity"] == "closed")
        if kind == .postgresql {
            let found = try await bench.call(
                "POST",
                "/datasets/default/procedures/public.of_severity",
                body: ["wanted": "closed"]
            )
            #expect(found.body?["ResultSets"]?["Table1"]?.arrayValue?.count == 1, "\(found)")
        } else {
            let both = try await bench.call("POST", "/datasets/default/procedures/two_tables")
            #expect(both.body?["ResultSets"] == ["Table1": [["a": 1]], "Table2": [["b": 2]]], "\(both)")
            let doubled = try await bench.call("POST", "/datasets/default/procedures/doubled", body: ["x": 4])
            #expect(doubled.body?["ResultSets"] == ["Table1": [["value": 8]]], "\(doubled)")
        }
        #expect(try await bench.call("POST", "/datasets/default/procedures/none").statusCode == 404)
        let unknown = try await bench.call("POST", "/datasets/default/procedures/close_alert", body: ["x": 1])
        #expect(unknown.statusCode == 400)
        let names = try await bench.call("GET", "/datasets/default/procedures").body?["value"]?.arrayValue ?? []
        #expect(names.contains { $0["DisplayName"] == "close_alert" })
    }

    @Test(arguments: RealDatabase.allCases) func `what the database refuses is an answer`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let bench = try kind.bench(server)
        for (sql, status) in [
            ("select * from secrets", 403), ("select * from nowhere", kind == .postgresql ? 404 : 403),
            ("selec 1", 400),
            ("insert into alerts (id, severity) values (1, 'a'), (1, 'b')", 409), ("select nothing from alerts", 400),
        ] {
            let answer = try await query(bench, sql)
            #expect(answer.statusCode == status, "\(sql): \(answer)")
        }
        let wrong = try await kind.bench(server, password: "Wr0ng!").call("GET", Self.items)
        #expect(wrong.statusCode == 401, "\(wrong)")
        #expect(!wrong.json.text.contains("Wr0ng!"))
        #expect(try await kind.bench(server, ["database": "none"]).call("GET", Self.items).statusCode >= 400)
    }

    @Test(arguments: RealDatabase.allCases) func `results are cut at the limit, and say so`(
        _ kind: RealDatabase
    ) async throws {
        guard let server = try SharedDatabases.shared.server(kind) else { return }
        let answer = try await query(kind.bench(server), "select n from numbers")
        #expect(answer.body?["ResultSets"]?["Table1"]?.arrayValue?.count == 10_000)
        #expect(answer.body?["Truncated"] == true)
    }
}

/// Servers that tests share which change nothing that others see.
final class SharedDatabases: Sendable {
    static let shared = SharedDatabases()
    private let servers: [RealDatabase: Result<Counterpart?, any Error>]

    private init() {
        servers = Dictionary(
            uniqueKeysWithValues: RealDatabase.allCases.map { kind in (kind, Result { try kind.start() }) }
        )
    }

    func server(_ kind: RealDatabase) throws -> Counterpart? { try servers[kind]?.get() }
}
