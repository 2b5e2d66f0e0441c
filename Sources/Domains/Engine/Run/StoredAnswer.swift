import JSONTree

/// The answer kept under a business key, sealed where the action's outputs are hidden.
enum StoredAnswer {
    static func write(_ outputs: JSON, isSealed: Bool, seal: ([UInt8]) -> String) -> String {
        isSealed ? JSON.object(["$sealed": .string(seal(outputs.bytes()))]).text : outputs.text
    }

    static func read(_ text: String, open: (String) throws -> [UInt8]) -> JSON {
        do {
            let json = try JSON.parse(text)
            guard let sealed = json["$sealed"]?.stringValue else { return json }
            return try JSON.parse(try open(sealed))
        } catch {
            return [
                "error": [
                    "code": "StoredAnswerUnreadable", "message": "The stored answer of an earlier run cannot be read.",
                ]
            ]
        }
    }
}
