import JSONSchema
import JSONTree

/// Gives objects whose members no definition knows, such as the rows of a query, the members that a playbook reads of them.
struct OpenMembers {
    /// How deep it looks: 12.
    static let depthLimit = 12

    /// Follows references of the answer's schema.
    let resolve: (JSON) -> JSON
    var maker: SampleValue

    /// The body with the members that are read and that the schema leaves open.
    ///
    /// - Parameters:
    ///   - body: What was answered.
    ///   - reads: The schema of what is read.
    ///   - schema: What the definition says of the answer; nil when it says nothing.
    ///   - depth: How deep the body lies.
    /// - Returns: The body.
    mutating func filled(_ body: JSON, reads: JSON, schema: JSON?, depth: Int = 0) -> JSON {
        guard depth < Self.depthLimit else { return body }
        let known = schema.map(resolve)
        switch body {
        case .array(let items):
            guard let inner = reads["items"] else { return body }
            var result: [JSON] = []
            for item in items { result.append(filled(item, reads: inner, schema: known?["items"], depth: depth + 1)) }
            return .array(result)
        case .object(var object):
            let properties = known?["properties"]
            for (name, inner) in reads["properties"]?.objectValue ?? JSONObject() {
                if let member = object.member(ignoringCase: name) {
                    object[member.name] = filled(
                        member.value,
                        reads: inner,
                        schema: properties?[ignoringCase: name],
                        depth: depth + 1
                    )
                } else if Self.isOpen(known) {
                    object[name] = maker.value(of: inner, name: name)
                }
            }
            return .object(object)
        default: return body
        }
    }

    private static func isOpen(_ schema: JSON?) -> Bool {
        guard let schema else { return true }
        if schema["x-ms-dynamic-schema"] != nil || schema["x-ms-dynamic-properties"] != nil { return true }
        if let more = schema["additionalProperties"], more.boolValue == true || more.objectValue != nil { return true }
        return schema["properties"]?.objectValue?.isEmpty ?? true
    }
}
