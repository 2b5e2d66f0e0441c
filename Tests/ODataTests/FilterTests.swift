import JSONTree
import Moments
import OData
import Testing

struct FilterTests {
    static let alert: JSON = [
        "id": "a1",
        "severity": "high",
        "status": "newAlert",
        "title": "It's a 'test' of Wintapp",
        "assignedTo": nil,
        "confidence": 80,
        "createdDateTime": "2022-04-06T17:03:05.9705338Z",
        "tags": ["HVA", "lab"],
        "vendorInformation": ["provider": "ASC", "vendor": "Microsoft", "subProvider": nil],
        "userStates": [
            ["accountName": "eva", "userPrincipalName": "eva@contoso.example", "emailRole": "sender"],
            ["accountName": "max", "emailRole": "recipient"],
        ],
        "hostStates": [],
        "fileStates": [["name": "svchost.exe", "fileHash": ["hashType": "sha256", "hashValue": "AB12"]]],
        "vulnerabilityStates": [["wasRunning": true]],
        "incidentIds": ["a0f2c1c2-91a5-4a66-9d1e-4f5f3e1d7a10"],
    ]

    @Test(arguments: [
        ("severity eq 'high'", true),
        ("Severity eq 'High'", true),
        ("severity EQ 'HIGH'", true),
        ("severity eq graph.alertSeverity'high'", true),
        ("severity eq microsoft.graph.alertSeverity'low'", false),
        ("status ne 'resolved'", true),
        ("status ne 'newAlert'", false),
        ("status eq 'New'", false),
        ("vendorInformation/provider eq 'ASC'", true),
        ("vendorInformation/provider eq 'MCAS' or severity eq 'high'", true),
        ("assignedTo eq null", true),
        ("assignedTo ne null", false),
        ("assignedTo eq ''", true),
        ("assignedTo ne ''", false),
        ("assignedTo eq 'x' and severity eq 'high'", false),
        ("assignedTo ne 'x'", true),
        ("assignedTo lt 'x'", false),
        ("missing ne 'x'", true),
        ("missing eq 'x'", false),
        ("not (missing eq 'x')", true),
        ("not severity eq 'low'", true),
        ("not not severity eq 'high'", true),
        ("createdDateTime gt 2022-04-06T00:00:00Z and createdDateTime lt 2022-04-07", true),
        ("createdDateTime gt 2022-04-06T17:03:05.9705338Z", false),
        ("createdDateTime ge 2022-04-06T17:03:05.9705338Z", true),
        ("createddatetime gt 2022-04-06T18:00:00+02:00", true),
        ("createdDateTime gt '2022-04-06T16:00:00Z'", true),
        ("createdDateTime eq datetimeoffset'2022-04-06T17:03:05.9705338Z'", true),
        ("2022-04-06 lt createdDateTime", true),
        ("confidence gt 79.5 and confidence le 80", true),
        ("confidence eq -80", false),
        ("80 eq confidence", true),
        ("severity in ('low','high')", true),
        ("severity in ('low', 'medium')", false),
        ("title eq 'It''s a ''test'' of Wintapp'", true),
        ("startswith(title,'it''s')", true),
        ("contains(title, 'wintapp')", true),
        ("endswith(title,'app')", true),
        ("contains(title,'nothing')", false),
        ("contains(missing,'x')", false),
        ("tolower(severity) eq 'high'", true),
        ("length(severity) eq 4", true),
        ("indexof(title,'test') eq 8", true),
        ("substring(title,0,4) eq 'It''s'", true),
        ("concat(severity,status) eq 'highnewAlert'", true),
        ("userStates/any(a:a/userPrincipalName eq 'eva@contoso.example')", true),
        ("userStates/any(user: user/accountName eq 'max')", true),
        ("userStates/any(a:a/emailRole eq 'sender' and a/accountName eq 'max')", false),
        ("UserStates/any(a:a/emailRole eq 'sender') and userStates/any(a:a/accountName eq 'max')", true),
        ("userStates/all(a:a/accountName ne null)", true),
        ("hostStates/any()", false),
        ("userStates/any()", true),
        ("hostStates/all(a:a/fqdn eq 'x')", true),
        ("hostStates/any(a:a/fqdn eq 'x')", false),
        ("fileStates/any(a:a/fileHash/hashValue eq 'ab12')", true),
        ("tags/any(a:a eq 'HVA')", true),
        ("tags/any(t:startswith(t,'l'))", true),
        ("RegistryKeyStates/any(a:a/operation ne 'unknown')", false),
        ("vulnerabilityStates/any(a:a/wasRunning eq true)", true),
        ("vulnerabilityStates/any(a:a/wasRunning)", true),
        ("incidentIds/any(i:i eq a0f2c1c2-91a5-4a66-9d1e-4f5f3e1d7a10)", true),
        ("incidentIds/any(i:i eq guid'A0F2C1C2-91A5-4A66-9D1E-4F5F3E1D7A10')", true),
        ("severity eq 'low' or severity eq 'high' and status eq 'newAlert'", true),
        ("(severity eq 'high' or severity eq 'low') and status eq 'resolved'", false),
        ("true", true),
        ("severity eq status", false),
    ])
    func matches(_ text: String, _ expected: Bool) throws {
        #expect(try ODataFilter(text).matches(Self.alert) == expected)
    }

    @Test(
        arguments: [
            ("", 0, "Expression expected"),
            ("   ", 3, "Expression expected"),
            ("status eq", 9, "Expression expected"),
            ("status", nil, nil),
            ("status eq 'new", 10, "unterminated string literal"),
            ("status == 'new'", 7, "character '=' is not valid"),
            ("status eq \"new\"", 10, "character '\"' is not valid"),
            ("status eq 'a' 'b'", 14, "is not expected"),
            ("status eq 'a' and", 17, "Expression expected"),
            ("and status eq 'a'", 0, "found the operator 'and'"),
            ("(status eq 'a'", 14, "')' or operator expected"),
            ("status eq 'a')", 13, "')' is not expected"),
            ("startswith(title)", 0, "takes 2 arguments, not 1"),
            ("frobnicate(title,'a')", 0, "unknown function with name 'frobnicate'"),
            ("length(title)", 0, "is not a condition"),
            ("'a'", 0, "is not a condition"),
            ("5 and true", 0, "is not a condition"),
            ("not 'a'", 4, "is not a condition"),
            ("createdDateTime gt 2022-13-45", 19, "is not a number, a date and time or a GUID"),
            ("severity in 'high'", 12, "'(' expected"),
            ("severity in ('high'", 19, "')' or ',' expected"),
            ("severity in ()", 13, "A literal is expected"),
            ("tags/none(a:a eq 'x')", 5, "Only 'any' and 'all'"),
            ("tags/any(a a eq 'x')", 11, "':' after the variable 'a' expected"),
            ("tags/all()", 9, "The variable of 'all' is expected"),
            ("tags/any(a:'x')", 11, "is not a condition"),
            ("vendorInformation/ eq 'a'", 22, "is not expected"),
            ("confidence add 1 eq 2", 11, "The operator 'add' is not supported"),
            ("flags has microsoft.graph.x'a'", 6, "The operator 'has' is not supported"),
            ("size eq duration'x'", 8, "Unrecognized 'duration' literal"),
            ("status eq foo'x'", 10, "Unrecognized 'foo' literal"),
            ("größe eq 'ü' ; x", 13, "character ';' is not valid"),
        ] as [(String, Int?, String?)]
    )
    func refuses(_ text: String, _ position: Int?, _ part: String?) {
        guard let part else {
            #expect(throws: Never.self) { try ODataFilter(text) }
            return
        }
        let error = #expect(throws: ODataError.self) { try ODataFilter(text) }
        #expect(error?.code == .invalidFilter)
        #expect(error?.position == position)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("Invalid filter clause: ") == true)
    }

    @Test func limits() {
        let deep = String(repeating: "(", count: 100) + "true" + String(repeating: ")", count: 100)
        let wide = Array(repeating: "a eq 1", count: 600).joined(separator: " or ")
        for text in [deep, wide, "title eq '" + String(repeating: "x", count: 9_000) + "'"] {
            let error = #expect(throws: ODataError.self) { try ODataFilter(text) }
            #expect(error?.code == .tooComplex)
        }
    }

    @Test func pathsAndRequiredTexts() throws {
        let filter = try ODataFilter(
            "vendorInformation/provider in ('ASC','IPC') and fileStates/any(f:f/fileHash/hashType eq 'md5')"
        )
        #expect(
            filter.paths.map(\.description) == [
                "vendorInformation/provider", "fileStates", "fileStates/fileHash/hashType",
            ]
        )
        #expect(filter.requiredTexts(of: "vendorinformation/PROVIDER") == ["ASC", "IPC"])
        #expect(filter.requiredTexts(of: "status") == nil)
        let either = try ODataFilter("vendorInformation/provider eq 'ASC' or severity eq 'high'")
        #expect(either.requiredTexts(of: "vendorInformation/provider") == nil)
    }

    @Test(arguments: [
        ("status eq 'newAlert'", "(status IS NOT NULL AND status = ?)", true),
        ("status ne 'newAlert'", "(status IS NULL OR status <> ?)", true),
        ("status eq null", "(status IS NULL)", true),
        ("assignedTo ne ''", "(NOT (assigned IS NULL OR assigned = ''))", true),
        ("createdDateTime gt 2022-01-01", "(created IS NOT NULL AND created > ?)", true),
        ("2022-01-01 lt createdDateTime", "(created IS NOT NULL AND created > ?)", true),
        ("status eq 'a' and tags/any(t:t eq 'x')", "((status IS NOT NULL AND status = ?))", false),
        ("status eq 'a' or tags/any(t:t eq 'x')", "1 = 1", false),
        ("not (status eq 'a')", "(NOT (status IS NOT NULL AND status = ?))", true),
        ("not (status eq 'a' and tags/any())", "1 = 1", false),
        ("status in ('a','b')", "((status IS NOT NULL AND status = ?) OR (status IS NOT NULL AND status = ?))", true),
        ("status gt 'a'", "1 = 1", false),
        ("title eq 'a'", "1 = 1", false),
    ])
    func translates(_ text: String, _ condition: String, _ exact: Bool) throws {
        let columns: [String: ODataColumn] = [
            "status": ODataColumn("status", .foldedText), "assignedto": ODataColumn("assigned", .foldedText),
            "createddatetime": ODataColumn("created", .ticks),
        ]
        let sql = ODataSQL.translate(try ODataFilter(text), columns: columns)
        #expect(sql.condition == condition)
        #expect(sql.isExact == exact)
        #expect(sql.arguments.count == condition.filter { $0 == "?" }.count)
    }
}
