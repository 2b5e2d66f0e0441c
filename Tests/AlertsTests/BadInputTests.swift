import Alerts
import JSONTree
import OData
import Stores
import Testing

struct BadInputTests {
    private static func change(_ members: JSONObject) -> JSON {
        var object: JSONObject = ["vendorInformation": ["provider": "ASC", "vendor": "Microsoft"]]
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    @Test(
        arguments: [
            ([], "must be a JSON object"), ("text", "must be a JSON object"), (nil, "must be a JSON object"),
            ([:], "'vendorInformation' with 'provider' and 'vendor' is required"),
            (["status": "resolved"], "'vendorInformation' with 'provider' and 'vendor' is required"),
            (["status": "resolved", "vendorInformation": nil], "is required"),
            (["status": "resolved", "vendorInformation": "ASC"], "'vendorInformation/provider' must be a text"),
            (["status": "resolved", "vendorInformation": ["vendor": "Microsoft"]], "'vendorInformation/provider'"),
            (["status": "resolved", "vendorInformation": ["provider": "ASC"]], "'vendorInformation/vendor'"),
            (
                ["status": "resolved", "vendorInformation": ["provider": "", "vendor": "M"]],
                "'vendorInformation/provider'"
            ),
            (change([:]), "The body changes nothing"),
            (change(["status": "open"]), "'status' must be one of unknown, newAlert"),
            (change(["status": nil]), "'status' must be one of"), (change(["status": 3]), "'status' must be one of"),
            (change(["feedback": "good"]), "'feedback' must be null or one of"),
            (change(["assignedTo": 5]), "'assignedTo' must be a text or null"),
            (change(["assignedTo": .string(String(repeating: "x", count: 257))]), "at most 256 characters"),
            (change(["closedDateTime": "yesterday"]), "'closedDateTime' must be a time"),
            (change(["closedDateTime": 5]), "'closedDateTime' must be a time"),
            (change(["comments": 5]), "'comments' must be an array of texts"),
            (change(["comments": [5]]), "'comments' must be an array of texts"),
            (change(["comments": .array(Array(repeating: "x", count: 101))]), "at most 100 entries"),
            (change(["comments": [.string(String(repeating: "x", count: 4_097))]]), "at most 4096 characters"),
            (change(["tags": "one"]), "'tags' must be an array of texts"),
            (change(["tags": ["a": 1]]), "'tags' must be an array"),
            (change(["title": "x"]), "'title' cannot be changed"), (change(["id": "x"]), "'id' cannot be changed"),
            (change(["Status": "resolved"]), "Did you mean 'status'?"),
            (change(["colour": "red"]), "'colour' does not exist"),
        ] as [(JSON, String)]
    )
    func refusesAChange(_ body: JSON, _ part: String) {
        let error = #expect(throws: AlertError.self) { try AlertPatch(body) }
        #expect(error?.code == .invalidChange)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ([("$filter", "colour eq 'red'")], "Could not find a property named 'colour' on type 'microsoft.graph.alert'"),
        ([("$filter", "userStates/any(u:u/shoe eq 1)")], "named 'shoe' on type 'microsoft.graph.userSecurityState'"),
        ([("$filter", "title/length eq 1")], "'title' in 'title/length' has no properties"),
        ([("$orderby", "colour")], "named 'colour'"), ([("$select", "id,colour")], "named 'colour'"),
        ([("$top", "1001")], "The limit of '1000' for Top query has been exceeded"),
        ([("$skip", "501")], "The limit of '500' for Skip query has been exceeded"),
        ([("$expand", "x")], "'$expand' is not supported"), ([("$search", "x")], "'$search' is not supported"),
        ([("$deltatoken", "x")], "'$deltatoken' is not supported"),
    ])
    func refusesAQuery(_ options: [(String, String)], _ part: String) throws {
        let query = try ODataQuery(options)
        let error = #expect(throws: AlertError.self) { try AlertQuery(query) }
        #expect(error?.code == .invalidQuery)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    private static func alert(_ members: JSONObject) -> JSON {
        var object: JSONObject = [
            "id": "a", "title": "t", "severity": "HIGH", "status": "newAlert",
            "vendorInformation": ["provider": "ASC", "vendor": "Microsoft"],
        ]
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    @Test(
        arguments: [
            ("x", "must be a JSON object"), ([:], "needs an 'id'"), (alert(["id": ""]), "needs an 'id'"),
            (alert(["id": 5]), "'id' of the alert must be"), (alert(["id": "a\nb"]), "needs an 'id'"),
            (alert(["title": nil]), "needs the property 'title'"),
            (alert(["severity": ""]), "needs the property 'severity'"),
            (alert(["status": nil]), "needs the property 'status'"),
            (alert(["vendorInformation": [:]]), "'vendorInformation/provider'"),
            (alert(["vendorInformation": ["provider": "ASC"]]), "'vendorInformation/vendor'"),
            (alert(["eventDateTime": "noon"]), "'eventDateTime' of the alert must be an ISO 8601 time"),
            (alert(["tags": "x"]), "'tags' of the alert must be a value of the type Collection(Edm.String)"),
            (alert(["tags": [1]]), "'tags/0'"), (alert(["userStates": [["isVpn": "yes"]]]), "'userStates/0/isVpn'"),
            (alert(["confidence": "high"]), "'confidence'"),
            (alert(["description": .string(String(repeating: "x", count: 1_100_000))]), "larger than 1048576 bytes"),
        ] as [(JSON, String)]
    )
    func refusesAnAlert(_ json: JSON, _ part: String) async throws {
        let alerts = AlertStore(store: try Store.temporary(options: StoreOptions(migrations: AlertStore.migrations)))
        let error = await #expect(throws: AlertError.self) {
            try await alerts.upsert([Self.alert(["id": "ok"]), json], tenant: "t1")
        }
        #expect(error?.code == .invalidAlert)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        await #expect(throws: AlertError.self) { try await alerts.get("ok", tenant: "t1") }
    }

    @Test func anAlertIsMadeWhole() async throws {
        let alerts = AlertStore(store: try Store.temporary(options: StoreOptions(migrations: AlertStore.migrations)))
        let sent = Self.alert([
            "Severity": "HIGH", "eventDateTime": "2026-03-02T10:00:00+01:00", "CustomProperties": "[]",
        ])
        let alert = try #require(try await alerts.upsert([sent], tenant: "t1").alerts.first).json
        #expect(alert["severity"] == "high")
        #expect(alert["eventDateTime"] == "2026-03-02T09:00:00.0000000Z")
        #expect(alert["azureTenantId"] == "t1")
        #expect(alert["comments"] == [])
        #expect(alert["feedback"]?.isNull == true)
        #expect(alert["CustomProperties"] == "[]")
    }
}
