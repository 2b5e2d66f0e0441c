import Content
import JSONTree
import Moments

/// A call on its way to a request: texts in place of JSON, defaults filled in, required parameters checked.
struct CallDraft: Sendable {
    var method: String
    /// The path without query, encoded.
    var path: String
    /// A query that came with the path, as it was.
    var rawQuery: String?
    var queries: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: JSON?
    /// The name of the adapter's host to send it to; nil means the main one.
    var host: String?
    /// Whether the adapter made it.
    var isMapped = false
    /// Whether the adapter made the body, so that the operation's media types say nothing about it.
    var hasMappedBody = false
    /// The values of the path's parameters, encoded.
    var pathValues: [String: String] = [:]

    /// Makes a draft of nothing but method and path.
    init(method: String, path: String) {
        self.method = method
        self.path = path
    }

    /// Makes a draft of an action's inputs.
    init(_ call: ConnectorCall, operation: OperationDescription?, pathValues: [String: String], now: Timestamp) throws {
        let mark = call.path.firstIndex(of: "?") ?? call.path.endIndex
        method = call.method.uppercased()
        path = String(call.path[..<mark])
        rawQuery = mark == call.path.endIndex ? nil : String(call.path[call.path.index(after: mark)...])
        body = call.body
        self.pathValues = pathValues
        for (name, value) in call.queries {
            let parameter = operation?.parameters.first { $0.place == .query && $0.name == name }
            queries += ParameterText.pairs(value, parameter, name: name)
        }
        for (name, value) in call.headers where name.lowercased() != ConnectorCall.businessKeyHeader {
            for text in ValueText.texts(value, nil) { headers.append((name, text)) }
        }
        if let operation { try complete(operation, now: now) }
    }

    /// Makes a draft of an operation and its parameters by name.
    init(_ operation: OperationDescription, parameters: JSON, now: Timestamp) throws {
        method = operation.method
        var fields: [(name: String, value: JSON)] = []
        let filled = try operation.path.fill { name in
            let parameter = operation.parameters.first { $0.place == .path && $0.name == name }
            guard let value = parameters[name], let text = ParameterText.path(value, parameter) else {
                throw Self.missing(name, "path", operation)
            }
            return text
        }
        path = String(filled.prefix { $0 != "?" })
        if path.count < filled.count { rawQuery = String(filled.dropFirst(path.count + 1)) }
        for parameter in operation.parameters {
            guard let value = parameters[parameter.name], !value.isNull else { continue }
            switch parameter.place {
            case .query: queries += ParameterText.pairs(value, parameter, name: parameter.name)
            case .header: for text in ParameterText.header(value, parameter) { headers.append((parameter.name, text)) }
            case .cookie: for text in ValueText.texts(value, nil) { CookieText.add(parameter.name, text, to: &headers) }
            case .body: body = value
            case .formData: fields.append((parameter.name, value))
            case .path: continue
            }
        }
        // What is no parameter of its own may come together, as the body that it is.
        if fields.isEmpty, body == nil, let whole = parameters["body"]?.nonNull {
            let isForm = operation.parameters.contains { $0.place == .formData }
            if isForm, !Envelope.isEnvelope(whole), let object = whole.objectValue {
                fields = object.map { ($0.name, $0.value) }
            } else {
                body = whole
            }
        }
        if !fields.isEmpty {
            let given = headers.first { $0.name.isSame(ignoringCase: "Content-Type") }?.value
            body = FormBody(operation, contentType: given).body(fields)
        }
        try complete(operation, now: now)
    }

    /// Fills in defaults, and refuses a call without the body that it needs; other parameters are checked afterwards.
    private mutating func complete(_ operation: OperationDescription, now: Timestamp) throws {
        for parameter in operation.parameters {
            switch parameter.place {
            case .query:
                if queries.contains(where: { $0.name == parameter.name }) || rawQueryNames(parameter) { continue }
                if parameter.isSpread(over: queries.map(\.name)) { continue }
                for text in try defaults(parameter, now) { queries.append((parameter.name, text)) }
            case .header:
                let name = parameter.name.lowercased()
                if headers.contains(where: { $0.name.lowercased() == name }) { continue }
                for text in try defaults(parameter, now) { headers.append((parameter.name, text)) }
            case .cookie:
                if CookieText.value(parameter.name, in: headers) != nil { continue }
                for text in try defaults(parameter, now) { CookieText.add(parameter.name, text, to: &headers) }
            case .body:
                if body == nil || body == .null, parameter.isRequired {
                    guard let value = parameter.defaultValue else {
                        throw Self.missing(parameter.name, "body", operation)
                    }
                    body = try DefaultFilling.evaluate(value, now)
                }
            case .path, .formData: continue
            }
        }
    }

    /// The default of a parameter that has no value: for hidden and for required ones; the service knows its others.
    private func defaults(_ parameter: ParameterDescription, _ now: Timestamp) throws -> [String] {
        guard parameter.isRequired || parameter.isInternal else { return [] }
        if let value = parameter.defaultValue {
            return ValueText.texts(try DefaultFilling.evaluate(value, now), parameter)
        }
        // An `Accept` of which the definition lists the values is one of them.
        if parameter.name.isSame(ignoringCase: "Accept"), let choice = parameter.jsonChoice { return [choice] }
        // What can have one value only has it.
        return parameter.isRequired ? parameter.onlyChoice.map { ValueText.texts($0, parameter) } ?? [] : []
    }

    private func rawQueryNames(_ parameter: ParameterDescription) -> Bool {
        guard let rawQuery else { return false }
        let names = URLText.pairs(rawQuery).map(\.name)
        return names.contains(parameter.name) || (!names.isEmpty && parameter.isSpread(over: names))
    }

    private static func missing(_ name: String, _ place: String, _ operation: OperationDescription) -> ConnectorError {
        ConnectorError(
            .missingParameter,
            "The operation '\(operation.id)' (\(operation.method) \(operation.path.text)) needs the \(place) parameter "
                + "'\(name)', which has no value."
        )
    }
}
