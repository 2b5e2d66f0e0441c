import JSONTree

/// The rule `SessionLogin`: a call that signs in with the connection's credentials, and what the calls after it show.
struct SessionRule: Sendable {
    /// A request of the rule.
    struct Call: Sendable {
        let method: String
        /// The address, or nil for one that is relative to the main host.
        let url: AdapterTemplate?
        /// The path below the main host.
        let path: AdapterTemplate?
        let headers: AdapterTemplate?
        /// A JSON value, or a text that is sent as it is.
        let body: AdapterTemplate?
        /// The fields of a form, in place of a body.
        let form: AdapterTemplate?
        /// The connection parameters that go out as user name and password of `Authorization: Basic`.
        let basic: (user: String, password: String)?

        fileprivate init(_ json: JSON, _ reader: AdapterReader, _ what: String, method usual: String) throws {
            try reader.only(["method", "url", "path", "headers", "body", "form", "basic"], in: json, "'\(what)'")
            method = json["method"]?.stringValue?.uppercased() ?? usual
            url = try reader.optional(json, "url", in: what)
            path = try reader.optional(json, "path", in: what)
            headers = try reader.optional(json, "headers", in: what)
            body = try reader.optional(json, "body", in: what)
            form = try reader.optional(json, "form", in: what)
            guard (url == nil) != (path == nil) else {
                throw reader.error("'\(what)' must have either 'path', below the main host, or 'url'.")
            }
            guard body == nil || form == nil else { throw reader.error("'\(what)' has either 'body' or 'form'.") }
            basic = try json["basic"].map { basic in
                try reader.only(["username", "password"], in: basic, "'\(what)/basic'")
                return (
                    basic["username"]?.stringValue ?? "username", basic["password"]?.stringValue ?? "password"
                )
            }
        }
    }

    /// Whether a call shows the session; nil: all do.
    let when: AdapterTemplate?
    let login: Call
    let logout: Call?
    /// What the answer of the login gives; null means that it was refused.
    let session: AdapterTemplate
    /// How long a session lasts: seconds, or an ISO 8601 duration; nil: until the service refuses it.
    let life: AdapterTemplate?
    /// The headers of each call.
    let headers: [(name: String, value: AdapterTemplate)]
    /// The statuses of answers by which the service refuses a session.
    let refusals: Set<Int>
    /// Whether an answer refuses the session, for services that say so otherwise.
    let isRefusal: AdapterTemplate?

    /// The members of the rule, with those that all rules have.
    private static let members: Set<String> = [
        "type", "given", "when", "login", "logout", "session", "life", "headers", "refused",
    ]

    /// Reads and compiles a rule.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidDefinition`, which names the member that is wrong.
    init(_ json: JSON, _ reader: AdapterReader) throws {
        try reader.only(Self.members, in: json, "the rule 'SessionLogin'")
        when = try reader.optional(json, "when", in: "the rule")
        guard let login = json["login"] else { throw reader.error("the rule 'SessionLogin' needs the member 'login'.") }
        self.login = try Call(login, reader, "login", method: "POST")
        logout = try json["logout"].map { try Call($0, reader, "logout", method: "POST") }
        session = try reader.template(json["session"], "session")
        life = try json["life"].map { try reader.template($0, "life") }
        headers = try (json["headers"]?.objectValue ?? JSONObject()).map { name, value in
            guard ParameterDescription.isHeaderName(name) else {
                throw reader.error("'headers' has the name '\(name)', which no header can have.")
            }
            return (name: name, value: try reader.template(value, "headers/\(name)"))
        }
        guard !headers.isEmpty else {
            throw reader.error("the rule 'SessionLogin' needs 'headers', which show the session with each call.")
        }
        let refused = json["refused"] ?? [:]
        try reader.only(["statusCodes", "when"], in: refused, "'refused'")
        let statuses = refused["statusCodes"]?.arrayValue?.compactMap { $0.integerValue.map(Int.init(clamping:)) }
        refusals = Set(statuses ?? [401])
        isRefusal = try reader.optional(refused, "when", in: "refused")
    }
}
