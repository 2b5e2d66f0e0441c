import Expressions
import JSONTree
import Moments

/// Reads members of an adapter, and says where one is wrong.
struct AdapterReader {
    let place: String

    func error(_ message: String) -> ConnectorError { ConnectorError(.invalidDefinition, "In \(place): \(message)") }

    func text(_ json: JSON?, _ name: String) throws -> String {
        guard let text = json?[name]?.stringValue, !text.isEmpty else {
            throw error("the member '\(name)' must be a text.")
        }
        return text
    }

    /// Refuses members that nothing reads, so that a misspelt one is not silently ignored.
    func only(_ names: Set<String>, in json: JSON, _ what: String) throws {
        guard let object = json.objectValue else { throw error("\(what) must be an object.") }
        if let other = object.first(where: { !names.contains($0.name) }) {
            throw error(
                "\(what) has the member '\(other.name)', which is none of \(names.sorted().joined(separator: ", "))."
            )
        }
    }

    func template(_ json: JSON?, _ name: String) throws -> AdapterTemplate {
        guard let json else { throw error("the member '\(name)' is missing.") }
        do {
            return try AdapterTemplate.compile(json)
        } catch let problem as ExpressionError {
            throw error("'\(name)': \(problem.message)")
        } catch let problem as AdapterTemplate.FormError {
            throw error("'\(name)': \(problem.message)")
        }
    }

    func optional(_ json: JSON, _ name: String, in what: String) throws -> AdapterTemplate? {
        try json[name].map { try template($0, "\(what)/\(name)") }
    }

    func span(_ json: JSON, _ name: String) throws -> TimeSpan? {
        guard let value = json[name] else { return nil }
        guard let span = value.stringValue.flatMap({ ISODuration($0)?.exactSpan }) else {
            throw error("'\(name)' must be an ISO 8601 duration such as PT3M.")
        }
        return span
    }

    func effect(_ json: JSON) throws -> EffectClass {
        guard let effect = json.stringValue.flatMap(EffectClass.init) else {
            throw error("'effect' must be one of \(EffectClass.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return effect
    }
}
