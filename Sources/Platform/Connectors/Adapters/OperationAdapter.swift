import Expressions
import JSONTree
import Moments

/// What the adapter says of one operation.
struct OperationAdapter: Sendable {
    /// A call refused before anything is sent.
    struct Refusal: Sendable {
        let when: AdapterTemplate
        let status: AdapterTemplate
        let message: AdapterTemplate
    }

    /// An answer that a template makes.
    struct Answer: Sendable {
        let status: AdapterTemplate?
        let headers: AdapterTemplate?
        let body: AdapterTemplate?
    }

    /// A call before the request that only reads.
    struct Step: Sendable {
        let name: String
        let request: AdapterRequest
        let when: AdapterTemplate?
        let isOptional: Bool
        let example: JSON?
    }

    /// How a polling trigger finds what is new.
    struct Poll: Sendable {
        let start: AdapterTemplate
        let items: AdapterTemplate
        let cursor: AdapterTemplate
    }

    /// A page of this server on which a person answers.
    struct Respond: Sendable {
        let notify: AdapterTemplate
        let title: AdapterTemplate
        let message: AdapterTemplate?
        let options: AdapterTemplate?
        let card: AdapterTemplate?
        /// Evaluated when the person has answered; kept as it was written, because the page carries it.
        let body: JSON
    }

    let effect: EffectClass?
    let settling: OperationSettling
    let steps: [Step]
    /// Values with names that request and answer see, made after the steps.
    let names: [(name: String, value: AdapterTemplate)]
    let request: AdapterRequest?
    let answer: Answer?
    let compute: Answer?
    let refusals: [Refusal]
    let example: JSON?
    let poll: Poll?
    let unsubscribe: AdapterRequest?
    let respond: Respond?

    private static let members: Set<String> = [
        "effect", "idempotency", "steps", "request", "answer", "compute", "fail", "example", "poll", "unsubscribe",
        "respond", "summary", "let",
    ]

    init(_ json: JSON, operation: String, connector: String) throws {
        let reader = AdapterReader(place: "the adapter of '\(connector)', operation '\(operation)'")
        try reader.only(Self.members, in: json, "it")
        effect = try json["effect"].map { try reader.effect($0) }
        settling = try OperationSettling(json["idempotency"], reader)
        steps = try (json["steps"]?.arrayValue ?? []).map { try Self.step($0, reader) }
        names = try (json["let"]?.objectValue ?? JSONObject()).map { name, value in
            (name: name, value: try reader.template(value, "let/\(name)"))
        }
        request = try json["request"].map { try AdapterRequest($0, reader, "request") }
        answer = try json["answer"].map { try Self.answer($0, reader, "answer") }
        compute = try json["compute"].map { try Self.answer($0, reader, "compute") }
        refusals = try (json["fail"]?.arrayValue ?? []).map { json in
            try reader.only(["when", "statusCode", "message"], in: json, "'fail'")
            return Refusal(
                when: try reader.template(json["when"], "fail/when"),
                status: try reader.template(json["statusCode"] ?? 400, "fail/statusCode"),
                message: try reader.template(json["message"], "fail/message")
            )
        }
        example = json["example"]
        poll = try json["poll"].map { json in
            try reader.only(["start", "items", "cursor"], in: json, "'poll'")
            return Poll(
                start: try reader.template(json["start"] ?? "@utcNow()", "poll/start"),
                items: try reader.template(json["items"], "poll/items"),
                cursor: try reader.template(json["cursor"], "poll/cursor")
            )
        }
        unsubscribe = try json["unsubscribe"].map { try AdapterRequest($0, reader, "unsubscribe") }
        respond = try json["respond"].map { try Self.respond($0, reader) }
        if compute != nil, request != nil || answer != nil {
            throw reader.error("'compute' sends nothing, so that it cannot stand beside 'request' or 'answer'.")
        }
    }

    /// The hosts that its requests name.
    var hosts: [String] {
        (steps.map(\.request) + [request, unsubscribe].compactMap(\.self)).compactMap(\.constantHost)
    }

    /// Whether its calls are anything else than what the definition says.
    var isMapped: Bool { !steps.isEmpty || request != nil || answer != nil || compute != nil || poll != nil }

    private static func step(_ json: JSON, _ reader: AdapterReader) throws -> Step {
        try reader.only(
            AdapterRequest.members.union(["name", "when", "optional", "example"]),
            in: json,
            "a step"
        )
        let name = try reader.text(json, "name")
        return Step(
            name: name,
            request: try AdapterRequest(json, reader, "steps/\(name)", mayHaveMore: true),
            when: try reader.optional(json, "when", in: "steps/\(name)"),
            isOptional: json["optional"]?.boolValue ?? false,
            example: json["example"]
        )
    }

    private static func answer(_ json: JSON, _ reader: AdapterReader, _ what: String) throws -> Answer {
        try reader.only(["statusCode", "headers", "body"], in: json, "'\(what)'")
        return Answer(
            status: try reader.optional(json, "statusCode", in: what),
            headers: try reader.optional(json, "headers", in: what),
            body: try reader.optional(json, "body", in: what)
        )
    }

    private static func respond(_ json: JSON, _ reader: AdapterReader) throws -> Respond {
        try reader.only(["notify", "title", "message", "options", "card", "body"], in: json, "'respond'")
        guard let body = json["body"] else { throw reader.error("the member 'respond/body' is missing.") }
        _ = try reader.template(body, "respond/body")
        return Respond(
            notify: try reader.template(json["notify"], "respond/notify"),
            title: try reader.template(json["title"] ?? "", "respond/title"),
            message: try reader.optional(json, "message", in: "respond"),
            options: try reader.optional(json, "options", in: "respond"),
            card: try reader.optional(json, "card", in: "respond"),
            body: body
        )
    }
}
