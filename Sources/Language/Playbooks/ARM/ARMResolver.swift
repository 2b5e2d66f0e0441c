internal import JSONTree

/// Replaces the expressions in a value of a deployment template, names included, by their values.
struct ARMResolver {
    private let evaluator: ARMEvaluator
    private var renames: Renames?

    /// Where values of the result come from, as far as they moved.
    final class Renames {
        private(set) var entries: [(target: String, source: String)] = []

        func note(_ target: String, _ source: String) {
            entries.append((target, source))
        }
    }

    init(_ evaluator: ARMEvaluator, renames: Renames? = nil) {
        self.evaluator = evaluator
        self.renames = renames
    }

    /// How many elements a copy loop may make; Azure's limit.
    static let copyLimit: Int64 = 800

    /// The value of `json`.
    ///
    /// - Parameters:
    ///   - json: The value as the template writes it.
    ///   - source: The JSON pointer of the value in the file, for remarks.
    ///   - target: The JSON pointer of the value in the result, for the map of places.
    /// - Returns: The value without expressions; what failed stays as it is and is remarked upon.
    func resolve(_ json: JSON, at source: String, to target: String = "") -> JSON {
        switch json {
        case .string(let text): return evaluator.string(text, at: source)
        case .array(let elements):
            return .array(
                elements.enumerated().map { index, element in
                    resolve(element, at: Pointer.child(source, index), to: Pointer.child(target, index))
                }
            )
        case .object(let object): return .object(resolve(object, at: source, to: target))
        default: return json
        }
    }

    private func resolve(_ object: JSONObject, at source: String, to target: String) -> JSONObject {
        var result = JSONObject()
        result.reserveCapacity(object.count)
        for (name, value) in object {
            let place = Pointer.child(source, name)
            if name.lowercased() == "copy", let loops = Self.copyElements(value) {
                for (index, loop) in loops.enumerated() {
                    let property = loop[ignoringCase: "name"]?.stringValue ?? ""
                    let from = Pointer.child(place, index)
                    renames?.note(Pointer.child(target, property), from)
                    result[property] = elements(of: loop, at: from)
                }
                continue
            }
            var newName = name
            if name.utf8.first == UInt8(ascii: "[") {
                newName = evaluator.string(name, at: place).stringValue ?? name
                renames?.note(Pointer.child(target, newName), place)
            }
            result[newName] = resolve(value, at: place, to: Pointer.child(target, newName))
        }
        return result
    }

    /// The elements that a property or variable copy makes.
    func elements(of loop: JSON, at source: String) -> JSON {
        let count = resolve(loop[ignoringCase: "count"] ?? .null, at: source + "/count")
        let name = loop[ignoringCase: "name"]?.stringValue ?? ""
        guard let number = count.integerValue, (0...Self.copyLimit).contains(number) else {
            evaluator.remark(
                .error,
                DiagnosticCode.invalidDeployment,
                "The copy loop '\(name)' has the count \(count.text); it must be a whole number from 0 to \(Self.copyLimit).",
                remedy: "Correct 'count'.",
                at: source
            )
            return .array([])
        }
        let input = loop[ignoringCase: "input"] ?? .null
        var elements: [JSON] = []
        for index in 0..<number {
            evaluator.copyLoops.append((name.lowercased(), index))
            elements.append(resolve(input, at: source + "/input"))
            evaluator.copyLoops.removeLast()
        }
        return .array(elements)
    }

    /// The loops of a `copy` member, if it is one: an array of objects with name, count and input.
    static func copyElements(_ json: JSON) -> [JSON]? {
        guard let loops = json.arrayValue, !loops.isEmpty else {
            return nil
        }
        let isCopy = loops.allSatisfy {
            $0[ignoringCase: "name"]?.stringValue != nil && $0[ignoringCase: "count"] != nil
                && $0[ignoringCase: "input"] != nil
        }
        return isCopy ? loops : nil
    }

    /// The loop that makes a variable.
    static func copyElement(_ variables: JSONObject?, named name: String) -> (json: JSON, index: Int)? {
        guard let loops = variables?.member(ignoringCase: "copy").flatMap({ copyElements($0.value) }) else {
            return nil
        }
        for (index, loop) in loops.enumerated()
        where loop[ignoringCase: "name"]?.stringValue?.lowercased() == name.lowercased() {
            return (loop, index)
        }
        return nil
    }
}
