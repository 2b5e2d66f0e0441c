import JSONTree
import Serving

/// A JSON text in which one object has a member whose text is given byte for byte.
///
/// A definition goes out as it came in: its blanks, its escapes and the way its numbers are written.
enum SplicedBody {
    /// The text of an object with `properties`, in which the definition stands as it was put.
    ///
    /// - Parameters:
    ///   - resource: The members around `properties`.
    ///   - before: The properties before the definition; at least one.
    ///   - definition: The text of the definition.
    ///   - after: The properties behind it.
    /// - Returns: The text.
    static func resource(
        _ resource: JSONObject,
        before: JSONObject,
        definition: [UInt8],
        after: JSONObject
    ) -> [UInt8] {
        var text = JSON.object(resource).bytes()
        text.removeLast()
        text.append(contentsOf: ",\"properties\":".utf8)
        text.append(contentsOf: JSON.object(before).bytes().dropLast())
        text.append(contentsOf: ",\"definition\":".utf8)
        text.append(contentsOf: definition)
        if !after.isEmpty {
            text.append(UInt8(ascii: ","))
            text.append(contentsOf: JSON.object(after).bytes().dropFirst().dropLast())
        }
        text.append(contentsOf: "}}".utf8)
        return text
    }

    /// The text of a list of texts.
    static func list(_ items: [[UInt8]], nextLink: String?) -> [UInt8] {
        var text = Array("{\"value\":[".utf8)
        for (place, item) in items.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: item)
        }
        text.append(UInt8(ascii: "]"))
        if let nextLink {
            text.append(contentsOf: ",\"nextLink\":".utf8)
            JSON.string(nextLink).write(into: &text)
        }
        text.append(UInt8(ascii: "}"))
        return text
    }
}

extension Response {
    /// An answer of JSON whose text is written already.
    static func text(ofJSON text: [UInt8], status: Int = 200) -> Response {
        Response(status: status, headers: ["Content-Type": "application/json; charset=utf-8"], body: text)
    }
}
