import JSONTree
import Playbooks
import Testing

/// Expressions of deployment templates and their values, seen through a Compose of an imported workflow.
struct ARMFunctionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let expression: String
        let value: JSON
        var testDescription: String { expression }

        init(_ expression: String, _ value: JSON) {
            self.expression = expression
            self.value = value
        }
    }

    static let texts: [Row] = [
        Row("[concat('a', 'b', 1, true())]", "ab1True"),
        Row("[concat(createArray(1), createArray(2, 3))]", [1, 2, 3]),
        Row("[format('{0}-{1:N1}|{2,4}|{3,-3}|{{}}', 'x', 1234, 7, 'y')]", "x-1,234.0|   7|y  |{}"),
        Row("[replace('a-b-c', '-', '+')]", "a+b+c"),
        Row("[replace('aaa', '', 'x')]", "aaa"),
        Row("[toLower('AbC')]", "abc"),
        Row("[toUpper('AbC')]", "ABC"),
        Row("[trim('  x ')]", "x"),
        Row("[split('a,b;c', ',')]", ["a", "b;c"]),
        Row("[split('a,b;c', createArray(',', ';'))]", ["a", "b", "c"]),
        Row("[join(createArray('a', 1), '/')]", "a/1"),
        Row("[substring('abcdef', 2, 3)]", "cde"),
        Row("[substring('abcdef', 4)]", "ef"),
        Row("[startsWith('Abc', 'aB')]", true),
        Row("[endsWith('Abc', 'X')]", false),
        Row("[indexOf('abcABC', 'C')]", 2),
        Row("[lastIndexOf('abcABC', 'c')]", 5),
        Row("[indexOf(createArray('a', 'b'), 'b')]", 1),
        Row("[padLeft(7, 3, '0')]", "007"),
        Row("[string(createObject('a', 1))]", "{\"a\":1}"),
        Row("[base64('one')]", "b25l"),
        Row("[base64ToString('b25l')]", "one"),
        Row("[base64ToJson('eyJhIjoxfQ==')]", ["a": 1]),
        Row("[json('{\"a\": [1, null]}').a[0]]", 1),
        Row("[dataUri('Hello')]", "data:text/plain;charset=utf8;base64,SGVsbG8="),
        Row("[dataUriToString('data:;base64,SGVsbG8=')]", "Hello"),
        Row("[uriComponent('a b/ö')]", "a%20b%2F%C3%B6"),
        Row("[uriComponentToString('a%20b')]", "a b"),
        Row("[uri('http://contoso.org/firstpath', 'myscript.sh')]", "http://contoso.org/myscript.sh"),
        Row("[uri('http://contoso.org/firstpath/', 'myscript.sh')]", "http://contoso.org/firstpath/myscript.sh"),
        Row("[uri('http://contoso.org', '/a')]", "http://contoso.org/a"),
        Row("[guid('a')]", "3703365d-5a9f-59b4-bca7-b9681389e4c1"),
        Row("[length(uniqueString('a', 'b'))]", 13),
        Row("[equals(uniqueString('a'), uniqueString('a'))]", true),
        Row("[equals(uniqueString('a'), uniqueString('b'))]", false),
        Row("[length(newGuid())]", 36),
        Row("[equals(newGuid(), newGuid())]", false),
    ]

    static let collections: [Row] = [
        Row("[array('a')]", ["a"]),
        Row("[createArray(1, 'a', createArray())]", [1, "a", []]),
        Row("[createObject('a', 1, 'b', createArray(2))]", ["a": 1, "b": [2]]),
        Row("[length('abc')]", 3),
        Row("[length(createArray(1, 2))]", 2),
        Row("[length(createObject('a', 1))]", 1),
        Row("[empty('')]", true),
        Row("[empty(createArray(1))]", false),
        Row("[contains('abc', 'b')]", true),
        Row("[contains(createArray(1, 2), 3)]", false),
        Row("[contains(createObject('Key', 1), 'key')]", true),
        Row("[first('abc')]", "a"),
        Row("[last(createArray(1, 2))]", 2),
        Row("[skip('abc', 1)]", "bc"),
        Row("[take(createArray(1, 2, 3), 2)]", [1, 2]),
        Row("[union(createArray(1, 2), createArray(2, 3))]", [1, 2, 3]),
        Row(
            "[union(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2)))]",
            ["a": ["x": 1, "y": 2]]
        ),
        Row("[intersection(createArray(1, 2, 3), createArray(3, 2))]", [2, 3]),
        Row("[range(3, 2)]", [3, 4]),
        Row("[flatten(createArray(createArray(1), createArray(2)))]", [1, 2]),
        Row("[items(createObject('b', 2, 'a', 1))]", [["key": "a", "value": 1], ["key": "b", "value": 2]]),
        Row("[objectKeys(createObject('b', 2, 'a', 1))]", ["a", "b"]),
        Row("[shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))]", ["a": 2]),
        Row("[map(createArray(1, 2), lambda('x', add(lambdaVariables('x'), 1)))]", [2, 3]),
        Row("[filter(createArray(1, 2, 3), lambda('x', greater(lambdaVariables('x'), 1)))]", [2, 3]),
        Row("[reduce(createArray(1, 2, 3), 0, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))]", 6),
        Row(
            "[sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))]",
            [1, 2, 3]
        ),
        Row("[toObject(createArray('a'), lambda('x', lambdaVariables('x')))]", ["a": "a"]),
        Row("[tryGet(createObject('a', createArray(1)), 'a', 0)]", 1),
        Row("[tryGet(createObject(), 'a')]", nil),
        Row("[createObject('a', 1).?b]", nil),
    ]

    static let others: [Row] = [
        Row("[add(1, 2)]", 3),
        Row("[sub(1, 2)]", -1),
        Row("[mul(3, 2)]", 6),
        Row("[div(7, 2)]", 3),
        Row("[mod(7, 2)]", 1),
        Row("[min(3, 1, 2)]", 1),
        Row("[max(createArray(3, 1))]", 3),
        Row("[int('42')]", 42),
        Row("[float('1.5')]", 1.5),
        Row("[bool('TRUE')]", true),
        Row("[and(true(), not(false()))]", true),
        Row("[or(false(), equals(1, 1))]", true),
        Row("[if(equals('a', 'a'), 'yes', variables('absent'))]", "yes"),
        Row("[coalesce(null(), 'x')]", "x"),
        Row("[less('a', 'b')]", true),
        Row("[greaterOrEquals(2, 2)]", true),
        Row("[utcNow('yyyy-MM-dd')]", "2000-01-01"),
        Row("[dateTimeAdd('2026-01-31T00:00:00Z', 'P1M')]", "2026-02-28T00:00:00Z"),
        Row("[dateTimeAdd('2026-03-01T00:00:00Z', '-P1D', 'yyyy-MM-dd')]", "2026-02-28"),
        Row("[dateTimeToEpoch('2000-01-01T00:00:00Z')]", 946_684_800),
        Row("[dateTimeFromEpoch(946684800)]", "2000-01-01T00:00:00Z"),
        Row("[subscription().subscriptionId]", "00000000-0000-0000-0000-000000000000"),
        Row("[resourceGroup().name]", "tocsin"),
        Row("[resourcegroup().Location]", "local"),
        Row("[deployment().name]", "import"),
        Row("[environment().suffixes.storage]", "core.windows.net"),
        Row("[tenant().tenantId]", "00000000-0000-0000-0000-000000000001"),
        Row(
            "[resourceId('Microsoft.Web/connections', 'c')]",
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tocsin/providers/Microsoft.Web/connections/c"
        ),
        Row(
            "[resourceId('s', 'g', 'Microsoft.Storage/storageAccounts/blobServices', 'a', 'b')]",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a/blobServices/b"
        ),
        Row(
            "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')]",
            "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Authorization/roleDefinitions/r"
        ),
        Row("[tenantResourceId('Microsoft.X/y', 'z')]", "/providers/Microsoft.X/y/z"),
        Row("[extensionResourceId('/a/b', 'Microsoft.X/locks', 'l')]", "/a/b/providers/Microsoft.X/locks/l"),
        Row("[parameters('given')]", "here"),
        Row("[parameters('WITHDEFAULT')]", "value-7"),
        Row("[variables('number')]", 7),
        Row("[variables('object').list[1]]", 2),
        Row("[variables('made')]", ["m0", "m1"]),
        Row("[own.shout('a')]", "A!"),
        Row("[ concat( 'a' ,\n 'b''c' ) ]", "ab'c"),
        Row("[[concat('a')]", "[concat('a')]"),
        Row("[x] y", "[x] y"),
        Row("[[[", "[[["),
        Row("plain", "plain"),
        Row("[concat('@{body(''X'')}', '/y')]", "@{body('X')}/y"),
        Row("[listKeys('x', '2019').keys[0].value]", "<unresolved: listKeys('x', '2019').keys[0].value>"),
        Row("[concat('a-', reference('x').b)]", "a-<unresolved: reference('x').b>"),
        Row("[deployment().properties.templateLink.uri]", "<unresolved: deployment().properties.templateLink.uri>"),
        Row("[resourceGroup().tags['owner']]", "<unresolved: resourceGroup().tags['owner']>"),
        Row("[listSomethingNew('x').y]", "<unresolved: listSomethingNew('x').y>"),
        Row("[dateTimeAdd(utcNow(), 'PT1H')]", "2000-01-01T01:00:00Z"),
        Row("[dateTimeAdd(utcNow('u'), 'PT1H')]", "2000-01-01T01:00:00Z"),
        Row("[int(reference('x').port)]", "<unresolved: int(reference('x').port)>"),
    ]

    static let addresses: [Row] = [
        Row(
            "[parseCidr('10.144.0.0/20')]",
            [
                "network": "10.144.0.0", "netmask": "255.255.240.0", "broadcast": "10.144.15.255",
                "firstUsable": "10.144.0.1", "lastUsable": "10.144.15.254", "cidr": 20,
            ]
        ),
        Row(
            "[parseCidr('fdad:3236:5555::/48')]",
            [
                "network": "fdad:3236:5555::", "netmask": "ffff:ffff:ffff::", "firstUsable": "fdad:3236:5555::",
                "lastUsable": "fdad:3236:5555:ffff:ffff:ffff:ffff:ffff", "cidr": 48,
            ]
        ),
        Row("[parseCidr('10.1.2.3/8').network]", "10.0.0.0"),
        Row("[parseCidr('0.0.0.0/0').broadcast]", "255.255.255.255"),
        Row("[parseCidr('::/0').lastUsable]", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Row("[cidrSubnet('10.144.0.0/20', 24, 4)]", "10.144.4.0/24"),
        Row("[cidrSubnet('10.144.0.0/20', 20, 0)]", "10.144.0.0/20"),
        Row("[cidrSubnet('0.0.0.0/0', 32, 4294967295)]", "255.255.255.255/32"),
        Row("[cidrSubnet('fdad:3236:5555::/48', 52, 4)]", "fdad:3236:5555:4000::/52"),
        Row("[cidrSubnet('::/0', 128, 1)]", "::1/128"),
        Row("[cidrHost('10.144.3.0/24', 0)]", "10.144.3.1"),
        Row("[cidrHost('10.144.3.0/24', 253)]", "10.144.3.254"),
        Row("[cidrHost('fdad:3236:5555:3000::/52', 4)]", "fdad:3236:5555:3000::5"),
        Row("[cidrHost(reference('x').range, 0)]", "<unresolved: cidrHost(reference('x').range, 0)>"),
        Row("[indexFromEnd(createArray(1, 2, 3), 2)]", 2),
        Row("[tryIndexFromEnd(createArray(1, 2, 3), 1)]", 3),
        Row("[tryIndexFromEnd(createArray(1), 2)]", nil),
        Row("[tryIndexFromEnd(createArray(1), 0)]", nil),
        Row("[coalesce('x', fail('never'))]", "x"),
        Row("[if(true(), 'x', fail('never'))]", "x"),
        Row("[coalesce(null(), null())]", nil),
        Row("[mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))]", ["a": 2]),
        Row(
            "[groupBy(createArray('aa', 'ab', 'b'), lambda('t', first(lambdaVariables('t'))))]",
            ["a": ["aa", "ab"], "b": ["b"]]
        ),
    ]

    static let refused: [(expression: String, message: String)] = [
        ("[parseCidr('10.0.0.0')]", "The template function 'parseCidr' expects a range of addresses, not '10.0.0.0'."),
        ("[parseCidr('10.0.0.0/33')]", "not '10.0.0.0/33'"),
        ("[parseCidr('010.0.0.0/8')]", "not '010.0.0.0/8'"),
        ("[parseCidr('10.0.0.0/+8')]", "not '10.0.0.0/+8'"),
        ("[parseCidr('fd00::1::/8')]", "not 'fd00::1::/8'"),
        ("[cidrSubnet('10.0.0.0/16', 15, 0)]", "cannot part '10.0.0.0/16' into ranges of '/15'"),
        ("[cidrSubnet('10.0.0.0/16', 24, 256)]", "has no range 256 of '/24' in '10.0.0.0/16'"),
        ("[cidrSubnet('10.0.0.0/16', 24, -1)]", "has no range -1"),
        ("[cidrHost('10.0.0.0/24', 254)]", "The template function 'cidrHost' has no host 254 in '10.0.0.0/24'."),
        ("[cidrHost('10.0.0.0/31', 0)]", "has no host 0"),
        ("[cidrHost('10.0.0.0/32', 0)]", "has no host 0"),
        ("[indexFromEnd(createArray(1), 2)]", "has no element 2 of 1"),
        ("[tryIndexFromEnd('a', 1)]", "The template function 'tryIndexFromEnd' expects an array"),
        ("[coalesce(null(), fail('Name the room'))]", "The template fails: Name the room"),
    ]

    @Test(arguments: refused)
    func refuses(_ row: (expression: String, message: String)) throws {
        let file = Self.imported(.string(row.expression))
        let error = try #require(file.diagnostics.first { $0.isError })
        #expect(error.message.contains(row.message))
        #expect(error.pointer == "/resources/0/properties/definition/actions/A/inputs")
        #expect(error.remedy != "")
    }

    static func imported(_ value: JSON) -> LoadedFile {
        let template: JSON = [
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "parameters": [
                "given": ["type": "string"],
                "withDefault": ["type": "string", "defaultValue": "[concat('value-', variables('number'))]"],
            ],
            "variables": [
                "number": 7, "object": ["list": [1, 2]],
                "copy": [["name": "made", "count": 2, "input": "[concat('m', copyIndex('made'))]"]],
            ],
            "functions": [
                [
                    "namespace": "own",
                    "members": [
                        "shout": [
                            "parameters": [["name": "t", "type": "string"]],
                            "output": ["type": "string", "value": "[concat(toUpper(parameters('t')), '!')]"],
                        ]
                    ],
                ]
            ],
            "resources": [
                [
                    "type": "Microsoft.Logic/workflows", "name": "w",
                    "properties": [
                        "definition": ["triggers": [:], "actions": ["A": ["type": "Compose", "inputs": value]]]
                    ],
                ]
            ],
        ]
        return PlaybookFile.load(text: template.text, parameters: ["given": "here"])
    }

    @Test(arguments: texts + collections + others + addresses)
    func evaluates(_ row: Row) throws {
        let file = Self.imported(.string(row.expression))
        #expect(file.diagnostics.filter(\.isError).map(\.message) == [])
        let value = try #require(file.workflows.first).definition["actions"]?["A"]?["inputs"]
        #expect(value == row.value)
    }

    @Test func unresolvedValuesAreRemarkedUpon() {
        let file = Self.imported("[listKeys('x', '2019').keys[0].value]")
        #expect(file.diagnostics.map(\.code) == [DiagnosticCode.unresolved])
        #expect(file.diagnostics.first?.pointer == "/resources/0/properties/definition/actions/A/inputs")
    }

    @Test func namesAreExpressionsToo() throws {
        let file = Self.imported(["[concat('a', 'b')]": "[variables('number')]", "@{x}": 1])
        #expect(try #require(file.workflows.first).definition["actions"]?["A"]?["inputs"] == ["ab": 7, "@{x}": 1])
    }

    @Test func propertyCopies() throws {
        let file = Self.imported([
            "copy": [["name": "list", "count": 3, "input": ["i": "[copyIndex('list', 1)]"]]], "z": 0,
        ])
        let value = try #require(file.workflows.first).definition["actions"]?["A"]?["inputs"]
        #expect(value == ["list": [["i": 1], ["i": 2], ["i": 3]], "z": 0])
    }

    @Test func aMemberNamedCopyThatIsNoLoopStays() throws {
        let file = Self.imported(["copy": [["from": "a"]]])
        #expect(try #require(file.workflows.first).definition["actions"]?["A"]?["inputs"] == ["copy": [["from": "a"]]])
    }
}
