import Content
import JSONTree
import XMLTree

/// Text conversion, as `string`, `concat`, `join` and interpolation do it (section 2.7).
extension Evaluation {
    /// The value as text.
    mutating func text(_ value: Value) throws(ExpressionError) -> String {
        switch value {
        case .json(let json): return try text(json)
        case .xml(let document):
            let text = XMLValues.text(document)
            try spend(text.utf8.count)
            return text
        case .decimal(let number): return number.text
        }
    }

    /// The JSON value as text.
    mutating func text(_ json: JSON) throws(ExpressionError) -> String {
        switch json {
        case .null: return ""
        case .bool(let value): return value ? "True" : "False"
        case .integer(let value): return String(value)
        case .double(let value): return NumberText.text(value)
        case .digits(let digits): return digits
        case .string(let text): return text
        case .array: return try jsonText(json)
        case .object(let object):
            if let envelope = Envelope(object: object) {
                try spend(envelope.content.utf8.count)
                return String(decoding: try envelope.content(), as: UTF8.self)
            }
            return try jsonText(json)
        }
    }

    /// The value as compact JSON, its size checked first.
    mutating func jsonText(_ json: JSON) throws(ExpressionError) -> String {
        try spend(try measure(json))
        return json.text
    }

    /// An estimate of the bytes that the value's JSON text has.
    ///
    /// - Throws: An `ExpressionError` when the value is deeper, has more members or is longer than the limits allow.
    func measure(_ json: JSON) throws(ExpressionError) -> Int {
        var size = 0
        var count = 0
        try measure(json, depth: 0, size: &size, count: &count)
        return size
    }

    private func measure(_ json: JSON, depth: Int, size: inout Int, count: inout Int) throws(ExpressionError) {
        count += 1
        switch json {
        case .null, .bool, .integer, .double: size += 5
        case .digits(let text), .string(let text): size += text.utf8.count + 2
        case .array(let elements):
            guard depth < limits.valueDepth else { throw tooDeep }
            size += 2
            for element in elements { try measure(element, depth: depth + 1, size: &size, count: &count) }
        case .object(let object):
            guard depth < limits.valueDepth else { throw tooDeep }
            size += 2
            for (name, value) in object {
                size += name.utf8.count + 4
                try measure(value, depth: depth + 1, size: &size, count: &count)
            }
        }
        guard size <= limits.producedCharacters else { throw tooLong(size) }
        guard count <= limits.valueCount else {
            throw ExpressionError(
                phase: .run,
                message: "The value has more than '\(limits.valueCount)' elements and members, which is the limit."
            )
        }
    }

    private var tooDeep: ExpressionError {
        ExpressionError(
            phase: .run,
            message: "The value nests deeper than the limit of '\(limits.valueDepth)' arrays and objects."
        )
    }

    func tooLong(_ length: Int) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message: "The result is too long: it has at least '\(length)' characters and the limit is "
                + "'\(limits.producedCharacters)'."
        )
    }
}
