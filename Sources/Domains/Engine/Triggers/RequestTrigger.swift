import Content
import JSONSchema
public import JSONTree
import Moments
public import Playbooks

/// The rules of a Request trigger (section 5.4): method, relative path, schema, outputs.
public enum RequestTrigger {
    /// A call of a trigger's callback address, its signature already proved.
    public struct Call: Sendable {
        /// The method.
        public var method: String
        /// The path below `invoke`, percent-encoded, empty or beginning with a slash.
        public var path: String
        /// The queries without those of the signature.
        public var queries: JSONObject
        /// The headers, name to text.
        public var headers: JSONObject
        /// The body as a value; nil: none.
        public var body: JSON?

        /// Makes a call.
        public init(method: String, path: String, queries: JSONObject, headers: JSONObject, body: JSON?) {
            self.method = method
            self.path = path
            self.queries = queries
            self.headers = headers
            self.body = body
        }
    }

    /// A refused call: the status and the error of the answer.
    public struct Refusal: Error, Sendable {
        /// The HTTP status.
        public var status: Int
        /// The error.
        public var error: RunError
    }

    /// The trigger outputs of a call.
    ///
    /// - Throws: `Refusal`: 404 for another path, 405 for another method, 400 for a body that does not fit the schema.
    public static func outputs(_ trigger: TriggerNode, _ call: Call) throws(Refusal) -> JSON {
        if let method = trigger.method, !method.isSame(ignoringCase: call.method) {
            throw Refusal(
                status: 405,
                error: RunError(
                    "MethodNotAllowed",
                    "The trigger '\(trigger.name)' takes the method \(method), not \(call.method)."
                )
            )
        }
        var outputs = JSONObject()
        outputs["headers"] = .object(visibleHeaders(trigger, call.headers))
        if let body = call.body { outputs["body"] = body }
        outputs["queries"] = .object(call.queries)
        outputs["relativePathParameters"] = .object(try pathParameters(trigger, call.path))
        if trigger.options.contains(.enableSchemaValidation), let schema = trigger.schema {
            try check(trigger, schema, call.body ?? .null)
        }
        return .object(outputs)
    }

    private static func visibleHeaders(_ trigger: TriggerNode, _ headers: JSONObject) -> JSONObject {
        var kept = headers
        if !trigger.options.contains(.includeAuthorizationHeadersInOutputs) {
            for (name, _) in headers where name.isSame(ignoringCase: "authorization") { kept[name] = nil }
        }
        return kept
    }

    private static func pathParameters(_ trigger: TriggerNode, _ path: String) throws(Refusal) -> JSONObject {
        var parameters = JSONObject()
        let given = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard let template = trigger.relativePath else {
            guard given.isEmpty else { throw notFound(trigger, path) }
            return parameters
        }
        let wanted = template.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard wanted.count == given.count else { throw notFound(trigger, path) }
        for (part, value) in zip(wanted, given) {
            let text = PercentEncoding.decode(value)
            if part.hasPrefix("{"), part.hasSuffix("}") {
                parameters[String(part.dropFirst().dropLast())] = .string(text)
            } else if !part.isSame(ignoringCase: text) {
                throw notFound(trigger, path)
            }
        }
        return parameters
    }

    private static func notFound(_ trigger: TriggerNode, _ path: String) -> Refusal {
        Refusal(
            status: 404,
            error: RunError(
                "TriggerRequestPathNotFound",
                "The path '\(path)' does not match the relative path '\(trigger.relativePath ?? "")' of trigger '\(trigger.name)'."
            )
        )
    }

    private static func check(_ trigger: TriggerNode, _ schema: JSON, _ body: JSON) throws(Refusal) {
        do {
            let errors = try SchemaCache.shared.schema(schema).validate(body)
            guard let first = errors.first else { return }
            throw Refusal(
                status: 400,
                error: RunError(
                    "TriggerInputSchemaMismatch",
                    "The input body for trigger '\(trigger.name)' of type 'Request' did not match its schema definition. Error details: '\(first.message)'."
                )
            )
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(
                status: 400,
                error: RunError(
                    "InvalidTriggerSchema",
                    "The schema of trigger '\(trigger.name)' is not valid: \(error)"
                )
            )
        }
    }
}
