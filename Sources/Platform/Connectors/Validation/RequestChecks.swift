import Content
import JSONTree
import Synchronization

/// The checks of a connector's operations, each made when its operation is first called, and then kept.
final class RequestChecks: Sendable {
    private let checks = Mutex<[ObjectIdentifier: OperationCheck]>([:])

    func check(of operation: OperationDescription, in document: OpenAPIDocument) -> OperationCheck {
        let key = ObjectIdentifier(operation)
        if let known = checks.withLock({ $0[key] }) { return known }
        let made = OperationCheck(operation, in: document)
        return checks.withLock { checks in
            if let first = checks[key] { return first }
            checks[key] = made
            return made
        }
    }
}

/// The values of a request on its way, by where they go.
struct RequestValues: Sendable {
    /// The values of the path, encoded, by name.
    var path: [String: String]
    var queries: [(name: String, value: String)]
    var headers: [(name: String, value: String)]
    var body: JSON?
    /// The parameters whose values the definition itself gives.
    var own: Set<String> = []
}

/// What the definition asks of the values of one operation.
struct OperationCheck: Sendable {
    private struct Field: Sendable {
        let parameter: ParameterDescription
        let schema: ValueSchema
        /// The schema of an item, where the text joins several.
        let items: ValueSchema?
    }

    private let operation: OperationDescription
    private let fields: [Field]
    /// The schema of the body; nil when none is described.
    let body: ValueSchema?
    private let bodyParameter: ParameterDescription?

    init(_ operation: OperationDescription, in document: OpenAPIDocument) {
        self.operation = operation
        bodyParameter = operation.parameters.first { $0.place == .body }
        body = bodyParameter?.schema.map { ValueSchema($0, in: document) }
        fields = operation.parameters.filter { $0.place != .body }.map { parameter in
            let schema = parameter.schema ?? [:]
            let items = parameter.type == "array" ? schema["items"].map { ValueSchema($0, in: document) } : nil
            return Field(parameter: parameter, schema: ValueSchema(schema, in: document), items: items)
        }
    }

    /// Refuses values that the definition does not allow, before anything is sent.
    ///
    /// - Parameters:
    ///   - values: The values.
    ///   - isSupplied: Whether a required parameter comes later, from a credential or a policy.
    /// - Throws: ``ConnectorError`` with `.missingParameter` or `.invalidParameter`, which names place and remedy.
    func check(
        _ values: RequestValues,
        isSupplied: (ParameterDescription) -> Bool = { _ in false }
    ) throws {
        let form = FormFields(values.body)
        for field in fields { try check(field, values, form, isSupplied) }
        try checkBody(values)
    }

    private func check(
        _ field: Field,
        _ values: RequestValues,
        _ form: FormFields?,
        _ isSupplied: (ParameterDescription) -> Bool
    ) throws {
        let parameter = field.parameter
        let given: [JSON]
        switch parameter.place {
        case .path: given = values.path[parameter.name].map { [.string(Self.decoded($0, parameter))] } ?? []
        case .query: given = values.queries.filter { $0.name == parameter.name }.map { .string($0.value) }
        case .header:
            given = values.headers.filter { $0.name.isSame(ignoringCase: parameter.name) }.map { .string($0.value) }
        case .cookie:
            given = CookieText.value(parameter.name, in: values.headers).map { [.string($0)] } ?? []
        case .formData:
            // A body that is no form that can be looked into is sent as it is.
            guard let form else { return }
            given = form.values(parameter.name)
        case .body: return
        }
        guard !given.isEmpty else {
            guard parameter.isRequired, parameter.place != .path, !parameter.isMadeWithRequest,
                !parameter.isSpread(over: values.queries.map(\.name)), !isSupplied(parameter)
            else { return }
            throw missing(parameter)
        }
        if parameter.place == .path, values.path[parameter.name] == "" { throw missing(parameter) }
        if parameter.place == .header, !ParameterDescription.isHeaderName(parameter.name) {
            throw ConnectorError(
                .invalidDefinition,
                "\(place): the header parameter '\(parameter.name)' cannot be sent, because no header can have this name. "
                    + "Correct the name in the definition."
            )
        }
        for value in given where !values.own.contains(parameter.name) {
            var issues: [ValueIssue]
            if parameter.isStyledObject {
                // Its members stand in the text as the style writes them.
                issues = []
            } else if parameter.type == "array" {
                issues = itemIssues(value, field)
            } else {
                issues = ValueChecker.issues(value, field.schema, isRequired: parameter.isRequired)
            }
            guard let issue = issues.first else { continue }
            issues.removeFirst()
            let inside = issue.pointer.map { " at \($0)" } ?? ""
            throw ConnectorError(
                .invalidParameter,
                "\(place): the \(parameter.place.rawValue) parameter '\(parameter.name)'\(inside) \(issue.message). "
                    + "Correct the value in the playbook."
            )
        }
    }

    private func missing(_ parameter: ParameterDescription) -> ConnectorError {
        ConnectorError(
            .missingParameter,
            "\(place) needs the \(parameter.place.rawValue) parameter '\(parameter.name)', which has no value."
        )
    }

    private func itemIssues(_ value: JSON, _ field: Field) -> [ValueIssue] {
        guard let rule = field.items else { return [] }
        let items: [JSON]
        if let array = value.arrayValue {
            items = array
        } else {
            let separator: Character =
                switch field.parameter.collectionFormat {
                case "ssv": " "
                case "tsv": "\t"
                case "pipes": "|"
                default: ","
                }
            let text = value.stringValue ?? value.text
            let isWhole = field.parameter.collectionFormat == "multi" || text.hasPrefix("[")
            items = isWhole ? [.string(text)] : text.split(separator: separator).map { .string(String($0).trimmed) }
            if text.hasPrefix("[") { return [] }
        }
        return items.flatMap { ValueChecker.issues($0, rule, isRequired: false) }
    }

    private func checkBody(_ values: RequestValues) throws {
        guard let parameter = bodyParameter else { return }
        guard let value = values.body?.nonNull else {
            guard parameter.isRequired else { return }
            throw ConnectorError(
                .missingParameter,
                "\(place) needs the body parameter '\(parameter.name)', which has no value."
            )
        }
        guard let body, let root = body.nodes.first, checksBody(values, root), value["$content-type"] == nil,
            value["$content"] == nil, value["$multipart"] == nil, value["$formdata"] == nil
        else { return }
        let issues = ValueChecker.issues(value, body, isRequired: parameter.isRequired)
        guard !issues.isEmpty else { return }
        let texts = issues.map { issue in issue.pointer.map { "\($0) \(issue.message)" } ?? "it \(issue.message)" }
        let isMissing = issues.allSatisfy { $0.message == "is required" }
        throw ConnectorError(
            isMissing ? .missingParameter : .invalidParameter,
            "\(place): in the body, \(texts.joined(separator: "; ")). Correct the body in the playbook."
        )
    }

    /// Only JSON is looked into; a bare text or file is whatever it is.
    private func checksBody(_ values: RequestValues, _ root: ValueSchema.Node) -> Bool {
        let given = values.headers.first { $0.name.isSame(ignoringCase: "Content-Type") }?.value.lowercased()
        if let given, ContentType(parsing: given)?.isJSON != true { return false }
        if root.types.contains(.string) || root.types.contains(.file) { return false }
        return given != nil || operation.media.takesJSON
    }

    private static func decoded(_ value: String, _ parameter: ParameterDescription) -> String {
        let once = parameter.pathEncoding == .never ? value : Percent.decode(value)
        return parameter.pathEncoding == .twice ? Percent.decode(once) : once
    }

    private var place: String { "The operation '\(operation.id)' (\(operation.method) \(operation.path.text))" }
}

/// The fields of a form as a body has them.
struct FormFields {
    private let fields: [(name: String, value: JSON)]

    /// Reads a body: an object with a member for each field, or an envelope of a form; nil when it is neither.
    init?(_ body: JSON?) {
        guard let body = body?.nonNull else {
            fields = []
            return
        }
        if let parts = body["$formdata"]?.arrayValue {
            fields = parts.compactMap { part in
                part["key"]?.stringValue.map { ($0, part["value"] ?? .null) }
            }
        } else if let parts = body["$multipart"]?.arrayValue {
            fields = parts.map { part in (Self.name(part), part["body"] ?? .null) }
        } else if let object = body.objectValue, object["$content-type"] == nil {
            fields = object.map { ($0.name, $0.value) }
        } else {
            return nil
        }
    }

    func values(_ name: String) -> [JSON] { fields.filter { $0.name == name && !$0.value.isNull }.map(\.value) }

    /// The name in the `Content-Disposition` of a part.
    private static func name(_ part: JSON) -> String {
        let header = part["headers"]?[ignoringCase: "Content-Disposition"]?.stringValue ?? ""
        guard let start = header.firstRange(of: "name=\"") else { return "" }
        return String(header[start.upperBound...].prefix { $0 != "\"" })
    }
}
