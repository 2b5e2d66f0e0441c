import JSONTree
import Moments
public import OData

/// The shape of legacy alerts: which properties there are and what values they take.
public enum AlertSchema {
    /// What a property takes.
    indirect enum Kind: Sendable, Hashable {
        case text
        case integer
        case number
        case flag
        case instant
        case enumeration(String)
        case object(String)
        case collection(Kind)
    }

    struct Property: Sendable {
        let name: String
        let kind: Kind
    }

    /// The statuses of an alert.
    public static let statuses = members("alertStatus")
    /// The feedbacks of an alert.
    public static let feedbacks = members("alertFeedback")

    static let types: [String: [Property]] = AlertTypes.properties.mapValues { text in
        text.split(whereSeparator: \.isWhitespace).compactMap { word in
            guard let mark = word.firstIndex(of: ":") else { return nil }
            return Property(name: String(word[..<mark]), kind: kind(word[word.index(after: mark)...]))
        }
    }

    /// The top-level properties in the order in which the service sends them.
    static let topLevel: [Property] = types["alert"] ?? []

    /// Members that the service sends for some providers though the metadata has them not.
    static let additional: Set<String> = ["customproperties"]

    private static let enumerations = AlertTypes.enumerations.mapValues { text in
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    static func members(_ enumeration: String) -> [String] { enumerations[enumeration] ?? [] }

    private static func kind(_ code: Substring) -> Kind {
        switch code.first {
        case "*": .collection(kind(code.dropFirst()))
        case "=": .enumeration(String(code.dropFirst()))
        case ".": .object(String(code.dropFirst()))
        case "i": .integer
        case "d": .number
        case "b": .flag
        case "t": .instant
        default: .text
        }
    }

    private static func property(_ name: String, of type: String) -> Property? {
        types[type]?.first { $0.name.lowercased() == name.lowercased() }
    }

    /// Refuses a path that alerts do not have.
    ///
    /// - Throws: ``AlertError`` with `.invalidQuery` and Graph's text.
    public static func check(_ path: ODataPath) throws(AlertError) {
        var type = "alert"
        for (index, segment) in path.segments.enumerated() {
            if segment.hasPrefix("@") || (type == "alert" && additional.contains(segment.lowercased())) { return }
            guard let property = property(segment, of: type) else {
                throw AlertError(
                    .invalidQuery,
                    "Could not find a property named '\(segment)' on type 'microsoft.graph.\(type)'."
                )
            }
            var kind = property.kind
            if case .collection(let element) = kind { kind = element }
            guard case .object(let next) = kind else {
                guard index == path.segments.count - 1 else {
                    throw AlertError(
                        .invalidQuery,
                        "The property '\(property.name)' in '\(path)' has no properties of its own."
                    )
                }
                return
            }
            type = next
        }
    }

    /// The value with enumeration members in their own spelling and instants with `Z`.
    ///
    /// - Throws: ``AlertError`` with `.invalidAlert` that names the place.
    static func normal(_ value: JSON, _ kind: Kind, _ place: String) throws(AlertError) -> JSON {
        if value.isNull {
            if case .collection = kind { return [] }
            return .null
        }
        switch (kind, value) {
        case (.text, .string), (.flag, .bool), (.integer, .integer), (.number, .integer), (.number, .double):
            return value
        case (.instant, .string(let text)):
            guard let instant = Timestamp(iso8601: text) else {
                throw wrong(place, "an ISO 8601 time such as 2026-03-02T09:00:00Z")
            }
            return .string(text.hasSuffix("Z") ? text : instant.iso8601)
        case (.enumeration(let name), .string(let text)):
            // A member that we do not know is kept: providers are ahead of us.
            return .string(members(name).first { $0.lowercased() == text.lowercased() } ?? text)
        case (.object(let type), .object(let object)): return .object(try normal(object, type, place))
        case (.collection(let element), .array(let items)):
            var result: [JSON] = []
            for (index, item) in items.enumerated() { result.append(try normal(item, element, "\(place)/\(index)")) }
            return .array(result)
        default: throw wrong(place, "a value of the type \(description(kind))")
        }
    }

    private static func normal(_ object: JSONObject, _ type: String, _ place: String) throws(AlertError) -> JSONObject {
        var result = JSONObject()
        for (name, value) in object {
            guard let property = property(name, of: type) else {
                result[name] = value
                continue
            }
            result[property.name] = try normal(value, property.kind, "\(place)/\(property.name)")
        }
        return result
    }

    private static func wrong(_ place: String, _ what: String) -> AlertError {
        AlertError(.invalidAlert, "The member '\(place)' of the alert must be \(what) or null.")
    }

    private static func description(_ kind: Kind) -> String {
        switch kind {
        case .text: "Edm.String"
        case .integer: "Edm.Int32"
        case .number: "Edm.Double"
        case .flag: "Edm.Boolean"
        case .instant: "Edm.DateTimeOffset"
        case .enumeration(let name), .object(let name): "microsoft.graph.\(name)"
        case .collection(let element): "Collection(\(description(element)))"
        }
    }
}
