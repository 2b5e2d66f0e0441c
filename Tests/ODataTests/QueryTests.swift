import JSONTree
import OData
import Testing

struct QueryTests {
    @Test func readsEveryOption() throws {
        let query = try ODataQuery([
            ("$filter", "status eq 'newAlert'"), ("$TOP", "5"), ("skip", "10"),
            ("$orderby", "severity desc, vendorInformation/provider"), ("$select", "id, title"), ("$count", "true"),
            ("$search", "\"text\""), ("$skiptoken", "abc"), ("$expand", "alerts($select=id,title),comments"),
            ("$format", "json"), ("Status eq 'newAlert'", ""), ("x", "y"),
        ])
        #expect(query.filter?.text == "status eq 'newAlert'")
        #expect(query.top == 5)
        #expect(query.skip == 10)
        #expect(query.orderBy.map(\.descending) == [true, false])
        #expect(query.orderBy[1].path.segments == ["vendorInformation", "provider"])
        #expect(query.select?.map(\.description) == ["id", "title"])
        #expect(query.count)
        #expect(query.search == "text")
        #expect(query.skipToken == "abc")
        #expect(query.expand == ["alerts($select=id,title)", "comments"])
        #expect(query.other.map(\.name) == ["Status eq 'newAlert'", "x"])
    }

    @Test(arguments: [
        ("$top", "x", "Invalid value 'x' for $top"),
        ("$top", "-1", "non-negative integer"),
        ("$top", "99999999999", "non-negative integer"),
        ("$top", "", "non-negative integer"),
        ("$skip", "1.5", "Invalid value '1.5' for $skip"),
        ("$count", "yes", "Valid values are 'true' and 'false'"),
        ("$orderby", "title sideways", "Invalid orderby clause"),
        ("$orderby", "", "Invalid orderby clause"),
        ("$orderby", "title,,id", "Invalid orderby clause"),
        ("$orderby", "a b c", "Invalid orderby clause"),
        ("$select", "", "names no property"),
        ("$select", "a b!", "Invalid select clause"),
        ("$search", "", "$search is empty"),
        ("$skiptoken", "", "$skiptoken is empty"),
        ("$format", "xml", "$format is not supported"),
        ("$fitler", "a eq 1", "The query parameter '$fitler' is not supported."),
        ("$apply", "x", "The query parameter '$apply' is not supported."),
    ])
    func refuses(_ name: String, _ value: String, _ part: String) {
        let error = #expect(throws: ODataError.self) { try ODataQuery([(name, value)]) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func refusesAnOptionTwice() {
        let error = #expect(throws: ODataError.self) { try ODataQuery([("$top", "1"), ("top", "2")]) }
        #expect(error?.message.contains("'$top' was specified more than once") == true)
        let many = (0..<65).map { ("p\($0)", "") }
        #expect(throws: ODataError.self) { try ODataQuery(many) }
    }

    @Test func ordersAndSelects() throws {
        let alerts: [JSON] = [
            ["id": "1", "severity": "low", "n": 2], ["id": "2", "severity": nil, "n": 10],
            ["id": "3", "severity": "Low", "n": 1.5],
        ]
        let byNumber = try ODataQuery([("$orderby", "severity asc,n desc")])
        let sorted = alerts.sorted { ODataOrder.precedes($0, $1, by: byNumber.orderBy) }
        #expect(sorted.compactMap { $0["id"]?.stringValue } == ["2", "1", "3"])
        let entity: JSON = ["@odata.etag": "x", "id": "1", "Title": "t", "severity": "low"]
        let selected = ODataSelection.apply(try #require(try ODataQuery([("$select", "title")]).select), to: entity)
        #expect(selected == ["@odata.etag": "x", "id": "1", "Title": "t"])
    }
}
