import JSONTree
import Yams

/// YAML as JSON, with the place of each value.
struct YAMLText: PlacedText {
    /// The most values that a document may have once its aliases are replaced: 1,000,000.
    static let valueLimit = 1_000_000
    /// How deep it may nest: 200.
    static let depthLimit = 200

    let json: JSON
    private let places: [JSONPointer: YAMLPlace]

    /// Reads a document.
    ///
    /// - Throws: ``ConnectorRemark`` with the severity `.error`: where it is not YAML, has no JSON form or is too large.
    static func document(_ bytes: [UInt8], file: String) throws(ConnectorRemark) -> YAMLText {
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw ConnectorRemark(
                .error,
                file: file,
                message: "The file is not written in UTF-8.",
                remedy: "Save it as UTF-8."
            )
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw fault(error, file)
        }
        guard let node else {
            throw ConnectorRemark(
                .error,
                file: file,
                message: "The file is empty.",
                remedy: "Write a definition into it."
            )
        }
        var converter = YAMLConverter(file: file)
        let json = try converter.json(node, at: [])
        return YAMLText(json: json, places: converter.places)
    }

    private static func fault(_ error: any Error, _ file: String) -> ConnectorRemark {
        var remark = ConnectorRemark(
            .error,
            file: file,
            message: "The file is not YAML.",
            remedy: "Correct the text at this place; look at indents, colons and quotation marks."
        )
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            remark.message = "The file is not YAML: \(problem)."
            (remark.line, remark.column) = (mark.line, mark.column)
        case .duplicatedKeysInMapping(let names, let context)?:
            remark.message = "The name '\(names.first ?? "")' stands twice in its object."
            remark.remedy = "Remove one of the two, or give it another name."
            (remark.line, remark.column) = (context.mark.line, context.mark.column)
        default: break
        }
        return remark
    }

    func place(_ pointer: JSONPointer) -> (line: Int, column: Int) {
        var pointer: JSONPointer? = pointer
        while let current = pointer {
            if let place = places[current] { return (place.line, place.column) }
            pointer = current.parent
        }
        return (0, 0)
    }
}

/// Where a value of YAML begins.
struct YAMLPlace: Sendable {
    let line: Int
    let column: Int
}

/// Turns nodes into JSON by the core schema of YAML 1.2: only plain scalars are numbers, booleans or null.
private struct YAMLConverter {
    let file: String
    private(set) var places: [JSONPointer: YAMLPlace] = [:]
    private var count = 0

    /// The most places that are kept: 200,000; values beyond have that of a value around them.
    private static let placeLimit = 200_000

    init(file: String) { self.file = file }

    mutating func json(_ node: Node, at path: [String]) throws(ConnectorRemark) -> JSON {
        count += 1
        if let mark = node.mark, places.count < Self.placeLimit {
            places[JSONPointer(path)] = YAMLPlace(line: mark.line, column: mark.column)
        }
        guard count <= YAMLText.valueLimit, path.count <= YAMLText.depthLimit else {
            throw fault(
                node,
                "The file has more than \(YAMLText.valueLimit) values, aliases replaced, or nests deeper than "
                    + "\(YAMLText.depthLimit).",
                "Remove what is not needed, or name shared parts by '$ref'."
            )
        }
        switch node {
        case .scalar(let scalar): return Self.value(scalar)
        case .sequence(let items):
            var result: [JSON] = []
            for (index, item) in items.enumerated() { result.append(try json(item, at: path + [String(index)])) }
            return .array(result)
        case .mapping(let mapping):
            var result = JSONObject()
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw fault(key, "A name in this object is no text.", "Give every member a name that is a text.")
                }
                let value = try json(value, at: path + [name])
                if name == "<<", key.scalar?.style == .plain {
                    // A merge: what the object has itself wins.
                    for part in value.arrayValue ?? [value] {
                        for (name, value) in part.objectValue ?? JSONObject() where result[name] == nil {
                            result[name] = value
                        }
                    }
                } else {
                    result[name] = value
                }
            }
            return .object(result)
        case .alias: throw fault(node, "An alias names nothing.", "Define its anchor before it.")
        }
    }

    private func fault(_ node: Node, _ message: String, _ remedy: String) -> ConnectorRemark {
        ConnectorRemark(
            .error,
            file: file,
            line: node.mark?.line ?? 0,
            column: node.mark?.column ?? 0,
            message: message,
            remedy: remedy
        )
    }

    private static func value(_ scalar: Node.Scalar) -> JSON {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            return .string(text)
        }
        if let json = try? JSON.parse(text), json.isNumber { return json }
        return .string(text)
    }
}
