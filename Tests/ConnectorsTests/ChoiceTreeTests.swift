import JSONTree
import Testing

@testable import Connectors

/// Folders that are looked into: `x-ms-dynamic-tree`, and the older `file-picker`.
struct ChoiceTreeTests {
    private static let items: JSON = [
        ["key": "/a", "name": "A", "dir": true, "full": "Home > A"],
        ["key": "/b.txt", "name": "b.txt", "dir": false, "size": 9],
    ]

    private static func tree(_ settings: JSON = [:], _ open: JSONObject = [:], _ browse: JSON? = nil) -> JSON {
        let reading: JSONObject = [
            "itemValuePath": "key", "itemTitlePath": "name", "itemIsParent": "(dir eq true)",
            "itemFullTitlePath": "full",
            "itemsPath": "value",
        ]
        var first = reading
        first["operationId"] = "OpenRoot"
        first.merge(open)
        var second = reading
        second["operationId"] = "OpenFolder"
        second["parameters"] = ["path": ["selectedItemValuePath": "key"]]
        return ["settings": settings, "open": .object(first), "browse": browse ?? .object(second)]
    }

    private static func connector(_ tree: JSON) -> EditedConnector {
        EditedConnector(
            parameters: [EditedConnector.query("drive"), EditedConnector.query("file", ["x-ms-dynamic-tree": tree])],
            answers: [
                "/root": ["value": items], "/root?drive=d": ["value": []],
                "/folder?path=%2Fa": ["value": [["key": "/a/c", "name": "C", "dir": true]]],
            ]
        )
    }

    @Test func `a folder of a list is looked into by what the list says of it`() async throws {
        let connector = Self.connector(Self.tree())
        let top = try await connector.choices("file").choices
        #expect(top.map(\.title) == ["A", "b.txt"] && top.map(\.isFolder) == [true, false])
        #expect(top.map(\.folder) == [["path": "/a"], nil] && top[0].fullTitle == "Home > A")
        let inside = try await connector.choices("file", folder: top[0].folder).choices
        #expect(inside.map(\.value) == ["/a/c"] && inside[0].folder == ["path": "/a/c"])
        #expect(try await connector.outcome("file", folder: ["other": 1]) == "InvalidParameter")
        #expect(try await connector.outcome("file", ["drive": "d"]) == #""/a"=A "/b.txt"=b.txt"#)
    }

    @Test(
        arguments: [
            ([:], [true, true]), (["canSelectParentNodes": false, "canSelectLeafNodes": true], [false, true]),
            (["canSelectParentNodes": true, "canSelectLeafNodes": false], [true, false]),
        ] as [(JSON, [Bool])]
    )
    func `settings say what can be chosen`(_ settings: JSON, _ expected: [Bool]) async throws {
        let choices = try await Self.connector(Self.tree(settings)).choices("file").choices
        #expect(choices.map(\.isSelectable) == expected)
    }

    @Test(
        arguments: [
            (["selectableFilter": "size gt 5"], #""/a"=A "/b.txt"=b.txt"#),
            (["parameters": ["drive": ["parameterReference": "drive"]]], ""),
            (["itemIsParent": "(dir eq"], "InvalidConnectorDefinition"),
            (["operationId": "Nothing"], "InvalidConnectorDefinition"),
        ] as [(JSONObject, String)]
    )
    func `the top of a tree is read as its extension says`(_ open: JSONObject, _ expected: String) async throws {
        let connector = Self.connector(Self.tree([:], open))
        #expect(try await connector.outcome("file", ["drive": "d"]) == expected)
    }

    @Test func `a condition and a tree without folders`() async throws {
        let filtered = Self.connector(Self.tree([:], ["selectableFilter": "size gt 5"]))
        #expect(try await filtered.choices("file").choices.map(\.isSelectable) == [false, true])
        let flat = Self.connector(Self.tree([:], [:], .null))
        #expect(try await flat.choices("file").choices.map(\.isFolder) == [nil, nil])
        #expect(try await flat.outcome("file", folder: ["path": "/a"]) == "NothingDynamic")
    }

    private static let picker: JSON = [
        "open": ["operationId": "OpenRoot"],
        "browse": ["operationId": "OpenFolder", "parameters": ["path": ["value-property": "key"]]],
        "value-title": "name", "value-collection": "value", "value-folder-property": "dir",
        "value-media-property": "media",
    ]

    private static func picked(_ parameters: JSON, _ picker: JSON?) -> EditedConnector {
        var connector = EditedConnector(
            parameters: [
                EditedConnector.query(
                    "file",
                    [
                        "x-ms-dynamic-values": [
                            "capability": "file-picker", "parameters": parameters, "value-path": "key",
                        ]
                    ]
                )
            ],
            answers: [
                "/root": [
                    "value": [
                        ["key": 1, "name": "A", "dir": true], ["key": 2, "name": "p", "media": "image/png"],
                        ["key": 3, "name": "t", "dir": false, "media": "text/plain"],
                    ]
                ],
                "/folder?path=1": ["value": []],
            ]
        )
        connector.more = picker.map { ["x-ms-capabilities": ["file-picker": $0]] } ?? [:]
        return connector
    }

    @Test(
        arguments: [
            (["isFolder": false, "fileFilter": [], "dataset": nil], [false, true, true]),
            (["isFolder": true, "fileFilter": []], [true, false, false]),
            (["isFolder": false, "fileFilter": ["image/*"]], [false, true, false]),
            (["isFolder": false, "fileFilter": ["text/plain"], "unknown": "x"], [false, false, true]),
        ] as [(JSON, [Bool])]
    )
    func `files are picked as the capability says`(_ parameters: JSON, _ expected: [Bool]) async throws {
        let connector = Self.picked(parameters, Self.picker)
        let choices = try await connector.choices("file").choices
        #expect(choices.map(\.isSelectable) == expected && choices.map(\.isFolder) == [true, false, false])
        #expect(try await connector.choices("file", folder: choices[0].folder).choices.isEmpty)
    }

    @Test(arguments: [("file-picker", false), ("colour-picker", true)])
    func `a capability that is not there is named`(_ capability: String, _ hasPicker: Bool) async throws {
        var connector = Self.picked([:], hasPicker ? Self.picker : nil)
        connector.parameters = [
            EditedConnector.query(
                "file",
                ["x-ms-dynamic-values": ["capability": .string(capability), "value-path": "key"]]
            )
        ]
        let asked = connector
        let failure = await #expect(throws: ChoiceFailure.self) {
            try await asked.choices("file")
        }
        #expect(failure?.message.contains("'\(capability)'") == true)
    }
}
