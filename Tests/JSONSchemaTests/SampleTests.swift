import JSONTree
import Testing

@testable import JSONSchema

/// Samples: what a schema gives itself, and what is made where it gives nothing.
struct SampleTests {
    private static func value(_ schema: JSON) -> JSON {
        var maker = SampleValue(seed: "s", instant: { _ in "2026-03-02T10:00:00Z" })
        return maker.value(of: schema, name: "item")
    }

    @Test func `an example is completed, and what it gives is of the type that is described`() throws {
        let made = Self.value([
            "type": "object",
            "example": ["id": 7, "count": "5", "open": "perhaps", "owner": ["name": "A"], "none": .null],
            "properties": [
                "id": ["type": "string"], "count": ["type": "integer"], "open": ["type": "boolean"],
                "size": ["type": "number"], "tags": ["type": "array", "items": ["type": "integer"]],
                "none": ["type": "string"],
                "owner": [
                    "type": "object", "properties": ["name": ["type": "string"], "age": ["type": "integer"]],
                ],
            ],
        ])
        #expect(made["id"] == "7" && made["count"] == 5 && made["none"] == .null)
        #expect(made["open"]?.boolValue != nil && made["size"]?.isNumber == true)
        #expect(made["tags"]?.arrayValue?.allSatisfy { $0.integerValue != nil } == true)
        #expect(made["owner"]?["name"] == "A" && made["owner"]?["age"]?.integerValue != nil)
    }

    @Test(
        arguments: [
            ("deleteNote", ["delete", "note"]), ("delete_note", ["delete", "note"]),
            ("Delete note", ["delete", "note"]), ("block-ip", ["block", "ip"]), ("getV2Items", ["get", "v2", "items"]),
            ("__", []), ("IDs", ["ids"]), ("userID", ["user", "id"]),
        ]
    )
    func `names are parted into their words`(_ name: String, _ words: [String]) {
        #expect(NameWords.of(name) == words)
    }
}
