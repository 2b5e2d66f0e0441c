import Alerts
import Foundation
import JSONTree
import Moments
import OData
import Stores
import Synchronization
import Testing

/// Keeps what was told, and throws when it is asked to, so that a change can be torn.
final class ChangeKeeper: ChangeRecorder {
    let changes = Mutex<[AlertChange]>([])
    let fails = Mutex(false)

    struct Refused: Error {}

    func record(_ change: AlertChange, in transaction: Transaction) throws {
        if fails.withLock({ $0 }) { throw Refused() }
        changes.withLock { $0.append(change) }
    }
}

struct AlertStoreTests {
    static let samples: [JSON] = {
        let path = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Data/graph-alerts.json"
        let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
        return (try? JSON.parse(bytes))?["alerts"]?.arrayValue ?? []
    }()

    let clock = VirtualClock(Timestamp(unixSeconds: 1_772_445_600))
    let keeper = ChangeKeeper()
    let author = AlertAuthor(appID: "app-1")

    func store(limits: AlertLimits = AlertLimits(), samples: [JSON] = Self.samples) async throws -> AlertStore {
        let store = try Store.temporary(options: StoreOptions(migrations: AlertStore.migrations))
        let alerts = AlertStore(store: store, changes: keeper, clock: clock, limits: limits)
        _ = try await alerts.upsert(samples, tenant: "t1")
        return alerts
    }

    func query(_ options: (String, String)...) throws -> AlertQuery { try AlertQuery(try ODataQuery(options)) }

    @Test func samplesComeBackAsTheyAre() async throws {
        #expect(Self.samples.count == 17)
        let alerts = try await store()
        for sample in Self.samples {
            let alert = try await alerts.get(try #require(sample["id"]?.stringValue), tenant: "t1")
            #expect(alert.json == sample)
            #expect(Array(alert.json.objectValue?.names ?? []) == Array(sample.objectValue?.names ?? []))
            #expect(alert.revision == 1)
        }
        #expect(keeper.changes.withLock { $0.count } == 17)
    }

    @Test(
        arguments: [
            ("status eq 'newAlert'", 13), ("Severity eq 'High'", 3), ("vendorInformation/provider eq 'ASC'", 3),
            ("status eq 'newAlert' and severity eq 'medium'", 6), ("status ne 'newAlert'", 4),
            ("assignedTo eq ''", nil),
            ("createdDateTime gt 2000-01-01T00:00:00Z", 17), ("createdDateTime lt 2000-01-01", 0),
            ("networkConnections/any(n:n/sourceAddress eq '203.0.113.78')", 1), ("contains(title,'login')", 1),
            ("not (status eq 'newAlert') and networkConnections/any()", nil),
            ("title eq 'multiple failed login attempts'", 1),
        ] as [(String, Int?)]
    )
    func filters(_ text: String, _ number: Int?) async throws {
        let alerts = try await store()
        let page = try await alerts.list(try query(("$filter", text), ("$count", "true")), tenant: "t1")
        let filter = try ODataFilter(text)
        let expected = Self.samples.filter { filter.matches($0) }.count
        if let number { #expect(expected == number) }
        #expect(page.alerts.count == expected)
        #expect(page.count == expected)
        #expect(try await alerts.count(filter, tenant: "t1") == expected)
        #expect(try await alerts.count(filter, tenant: "t2") == 0)
    }

    @Test(arguments: [1, 2, 3, 5, 16, 17, 18])
    func pagesHoldEveryAlertOnce(_ size: Int) async throws {
        let alerts = try await store()
        for extra in [[], [("$filter", "contains(title,'a')")], [("$orderby", "severity desc,title")]]
            as [[(String, String)]]
        {
            var ids: [String] = []
            var token: String?
            repeat {
                var options = extra + [("$top", String(size))]
                if let token { options.append(("$skiptoken", token)) }
                let page = try await alerts.list(try AlertQuery(try ODataQuery(options)), tenant: "t1")
                #expect(page.alerts.count <= size)
                ids += page.alerts.compactMap { $0.json["id"]?.stringValue }
                token = page.nextToken
            } while token != nil
            #expect(Set(ids).count == ids.count)
            let all = try await alerts.list(try AlertQuery(try ODataQuery(extra)), tenant: "t1")
            #expect(ids == all.alerts.compactMap { $0.json["id"]?.stringValue })
        }
    }

    @Test func aShortScanGivesAShortPageAndALink() async throws {
        var limits = AlertLimits()
        limits.scanRows = 4
        let alerts = try await store(limits: limits)
        var found = 0
        var pages = 0
        var token: String?
        repeat {
            var options = [("$filter", "contains(title,'login')")]
            if let token { options.append(("$skiptoken", token)) }
            let page = try await alerts.list(try AlertQuery(try ODataQuery(options)), tenant: "t1")
            found += page.alerts.count
            pages += 1
            token = page.nextToken
        } while token != nil
        #expect(found == 1)
        #expect(pages == 5)
    }

    @Test func skipAndOrder() async throws {
        let alerts = try await store()
        let all = try await alerts.list(try query(), tenant: "t1").alerts
        let skipped = try await alerts.list(try query(("$skip", "5"), ("$top", "3")), tenant: "t1").alerts
        #expect(skipped == Array(all[5..<8]))
        let events = all.compactMap { $0.json["eventDateTime"]?.stringValue.flatMap { Timestamp(iso8601: $0) } }
        #expect(events == events.sorted(by: >))
        #expect(try await alerts.list(try query(("$top", "0")), tenant: "t1").alerts.isEmpty)
    }

    @Test func aTokenOfAnotherQueryIsRefused() async throws {
        let alerts = try await store()
        let page = try await alerts.list(try query(("$top", "2")), tenant: "t1")
        let token = try #require(page.nextToken)
        for options in [
            [("$filter", "status eq 'newAlert'"), ("$skiptoken", token)],
            [("$orderby", "title"), ("$skiptoken", token)],
            [("$skiptoken", "zz")], [("$skiptoken", "7b7d")], [("$skiptoken", String(token.dropLast(2)))],
        ] {
            let error = await #expect(throws: AlertError.self) {
                try await alerts.list(try AlertQuery(try ODataQuery(options)), tenant: "t1")
            }
            #expect(error?.code == .invalidToken)
        }
    }

    static let change: JSON = [
        "status": "InProgress", "comments": "Closing per user input", "tags": ["a"],
        "vendorInformation": ["provider": "mcas", "vendor": "Microsoft"],
    ]

    @Test func aChangeIsKeptToldAndShown() async throws {
        let alerts = try await store()
        let id = "6254ad90467a7d7b3d69f934"
        clock.advance(by: .minutes(1))
        let changed = try await alerts.change(id, try AlertPatch(Self.change), tenant: "t1", author: author)
        #expect(changed.revision == 2)
        #expect(changed.json["status"] == "inProgress")
        #expect(changed.json["comments"] == ["Closing per user input"])
        #expect(changed.json["lastModifiedDateTime"] == .string(clock.now.iso8601))
        #expect(changed.json["historyStates"]?[0]?["appId"] == "app-1")
        #expect(changed.json["historyStates"]?[0]?["status"] == "inProgress")
        #expect(try await alerts.get(id, tenant: "t1") == changed)
        let told = keeper.changes.withLock { $0.last }
        #expect(told?.kind == .updated)
        #expect(told?.id == id)
        #expect(told?.detail["changed"] == ["status", "comments", "tags"])
        #expect(try await alerts.count(try ODataFilter("status eq 'newAlert'"), tenant: "t1") == 12)
    }

    @Test func theProviderDoesNotUndoAChange() async throws {
        let alerts = try await store()
        let id = "6254ad90467a7d7b3d69f934"
        _ = try await alerts.change(id, try AlertPatch(Self.change), tenant: "t1", author: author)
        var again = try #require(Self.samples.first { $0["id"]?.stringValue == id }?.objectValue)
        again["description"] = "new words"
        let result = try await alerts.upsert([.object(again)], tenant: "t1")
        #expect(result.updated == 1)
        #expect(result.created == 0)
        let alert = try await alerts.get(id, tenant: "t1").json
        #expect(alert["status"] == "inProgress")
        #expect(alert["description"] == "new words")
        #expect(alert["historyStates"]?.arrayValue?.count == 1)
        let unchanged = try await alerts.upsert([.object(again)], tenant: "t1")
        #expect(unchanged.updated == 0)
    }

    @Test func aKeyAnswersTheSecondTimeWithoutChange() async throws {
        let alerts = try await store()
        let id = "6254ad90467a7d7b3d69f934"
        let patch = try AlertPatch(Self.change)
        let first = try await alerts.change(id, patch, tenant: "t1", author: author, ifMatch: "W/\"1\"", key: "k")
        let told = keeper.changes.withLock { $0.count }
        clock.advance(by: .days(1))
        let second = try await alerts.change(id, patch, tenant: "t1", author: author, ifMatch: "W/\"1\"", key: "k")
        #expect(first == second)
        #expect(keeper.changes.withLock { $0.count } == told)
        var other = try #require(Self.change.objectValue)
        other["status"] = "resolved"
        let error = await #expect(throws: AlertError.self) {
            try await alerts.change(id, try AlertPatch(.object(other)), tenant: "t1", author: author, key: "k")
        }
        #expect(error?.code == .keyReused)
        let anotherClient = try await alerts.change(
            id,
            try AlertPatch(.object(other)),
            tenant: "t1",
            author: AlertAuthor(appID: "app-2"),
            key: "k"
        )
        #expect(anotherClient.revision == 3)
    }

    @Test func whatCannotBeToldIsNotChanged() async throws {
        let alerts = try await store()
        keeper.fails.withLock { $0 = true }
        let id = "6254ad90467a7d7b3d69f934"
        await #expect(throws: (any Error).self) {
            try await alerts.change(id, try AlertPatch(Self.change), tenant: "t1", author: author, key: "k")
        }
        keeper.fails.withLock { $0 = false }
        #expect(try await alerts.get(id, tenant: "t1").revision == 1)
        #expect(
            try await alerts.change(id, try AlertPatch(Self.change), tenant: "t1", author: author, key: "k").revision
                == 2
        )
    }

    @Test(arguments: [
        ("W/\"1\"", true), ("\"1\"", true), ("*", true), ("W/\"2\"", false), ("\"x\", W/\"1\"", true), ("x", false),
    ])
    func ifMatch(_ tag: String, _ fits: Bool) async throws {
        let alerts = try await store()
        let id = "6254ad90467a7d7b3d69f934"
        do {
            _ = try await alerts.change(id, try AlertPatch(Self.change), tenant: "t1", author: author, ifMatch: tag)
            #expect(fits)
        } catch let error as AlertError {
            #expect(!fits)
            #expect(error.code == .changedMeanwhile)
        }
    }

    @Test func tenantsAreApart() async throws {
        let alerts = try await store()
        let id = "6254ad90467a7d7b3d69f934"
        let error = await #expect(throws: AlertError.self) { try await alerts.get(id, tenant: "t2") }
        #expect(error?.code == .notFound)
        await #expect(throws: AlertError.self) {
            try await alerts.change(id, try AlertPatch(Self.change), tenant: "t2", author: author)
        }
        #expect(try await alerts.list(try query(), tenant: "t2").alerts.isEmpty)
    }
}
