import JSONTree

/// The values that an editor has so far, by the names of fields.
///
/// A body may be given whole (`body`), member by member (`body/subject`), or both.
struct FieldValues: Sendable {
    let values: JSONObject

    /// The value of a field; nil when it has none, for null and for the empty text.
    ///
    /// - Parameter path: The field's path, items by their number.
    /// - Returns: The value.
    func value(at path: [String]) -> JSON? {
        guard let value = Self.value(path[...], of: .object(values))?.nonNull, value != .string("") else { return nil }
        return value
    }

    private static func value(_ path: ArraySlice<String>, of json: JSON) -> JSON? {
        guard !path.isEmpty else { return json }
        if let items = json.arrayValue {
            guard let number = path.first.flatMap({ Int($0) }), items.indices.contains(number) else { return nil }
            return value(path.dropFirst(), of: items[number])
        }
        // The longest name goes first: names may hold slashes.
        for count in stride(from: path.count, through: 1, by: -1) {
            let name = path.prefix(count).joined(separator: "/")
            guard let member = json[name] ?? json[ignoringCase: name] else { continue }
            if let found = value(path.dropFirst(count), of: member) { return found }
        }
        return nil
    }

    /// The value as a field takes it: a text that stands for a number, a list or an object becomes that.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - type: The field's type.
    ///   - name: The name of the field that it is the value of, for messages.
    /// - Returns: The value.
    /// - Throws: ``ChoiceFailure`` with `.invalidParameter` when it is an expression, whose value only a run has.
    static func fitting(_ value: JSON, type: String, name: String) throws(ChoiceFailure) -> JSON {
        if holdsExpression(value) {
            throw ChoiceFailure(
                .invalidParameter,
                "The value of '\(name)' is an expression, which only a run can evaluate. Give a fixed value to see choices."
            )
        }
        guard var text = value.stringValue else { return value }
        if text.hasPrefix("@@") { text.removeFirst() }
        guard ["integer", "number", "boolean", "array", "object"].contains(type) else { return .string(text) }
        do {
            let read = try JSON.parse(text)
            let fits =
                switch type {
                case "integer", "number": read.isNumber
                case "boolean": read.boolValue != nil
                case "array": read.arrayValue != nil
                default: read.objectValue != nil
                }
            return fits ? read : .string(text)
        } catch {
            return .string(text)
        }
    }

    private static func holdsExpression(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): (text.hasPrefix("@") && !text.hasPrefix("@@")) || text.contains("@{")
        case .array(let items): items.contains(where: holdsExpression)
        case .object(let object): object.values.contains(where: holdsExpression)
        default: false
        }
    }
}
