public import Connectors
import Content
import JSONSchema
public import JSONTree
public import Moments

/// A call of an operation with values made from its definition.
public struct SampleCall: Sendable {
    /// The method.
    public var method: String
    /// The path with its values, encoded.
    public var path: String
    /// The values of the path by the names of its parameters, as texts.
    public var parameters: [String: String]
    /// The queries.
    public var queries: [(name: String, value: JSON)]
    /// The headers.
    public var headers: [(name: String, value: JSON)]
    /// The body; nil when the operation takes none.
    public var body: JSON?

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - operation: The operation.
    ///   - connector: Its connector.
    ///   - seed: The same seed gives the same values.
    ///   - now: The present, near which instants are.
    ///   - requiredOnly: Whether parameters are left out that need not be there.
    public init(
        of operation: OperationDescription,
        in connector: ConnectorDefinition,
        seed: String = "call",
        now: Timestamp,
        requiredOnly: Bool = false
    ) {
        var maker = SampleValue(
            seed: "\(seed)/\(connector.name)/\(operation.id)",
            instant: { (now - .seconds($0)).iso8601 },
            resolve: connector.resolved
        )
        maker.isRequest = true
        maker.omitted = []
        method = operation.method
        queries = []
        headers = []
        parameters = [:]
        var fields = JSONObject()
        for parameter in operation.parameters {
            let isWanted = parameter.isRequired || (!requiredOnly && !parameter.isInternal)
            guard isWanted, parameter.place != .path else { continue }
            if parameter.isInternal, parameter.defaultValue != nil { continue }
            let value = maker.value(of: Self.schema(of: parameter), name: parameter.name)
            switch parameter.place {
            case .query: queries.append((parameter.name, value))
            case .header: headers.append((parameter.name, value))
            case .body: body = value
            case .formData: fields[parameter.name] = value
            case .cookie: headers.append(("Cookie", .string("\(parameter.name)=\(value.stringValue ?? value.text)")))
            case .path: continue
            }
        }
        if !fields.isEmpty { body = .object(fields) }
        path = ""
        var rest = operation.path.text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            let parameter = operation.parameters.first { $0.place == .path && $0.name == name }
            let sample = maker.value(of: parameter.map(Self.schema) ?? ["type": "string"], name: name)
            let text = sample.stringValue ?? sample.text
            parameters[name] = text
            path += rest[..<open] + Self.encoded(text, parameter?.pathEncoding ?? .once)
            rest = rest[rest.index(after: close)...]
        }
        path += rest
    }

    private static func encoded(_ text: String, _ encoding: ParameterDescription.PathEncoding) -> String {
        switch encoding {
        case .once: PercentEncoding.encode(text)
        case .twice: PercentEncoding.encode(PercentEncoding.encode(text))
        case .never: text
        }
    }

    private static func schema(of parameter: ParameterDescription) -> JSON {
        var schema = parameter.schema?.objectValue ?? JSONObject()
        if parameter.place != .body, schema["type"] == nil { schema["type"] = .string(parameter.type) }
        if parameter.place != .body, let value = parameter.defaultValue, schema["default"] == nil {
            schema["default"] = value
        }
        if parameter.place != .body, parameter.type == "array", schema["items"] == nil {
            schema["items"] = ["type": "string"]
        }
        return .object(schema)
    }
}
