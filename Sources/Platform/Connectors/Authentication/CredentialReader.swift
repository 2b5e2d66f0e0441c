import Content
import Expressions
import JSONTree
import Moments
import Outbound
import Secrets

/// Finds out how a connection authenticates: by its own rule, by that of the host that is called, by the adapter's, or by the
/// definition.
struct CredentialReader: Sendable {
    var connection: Connection
    let definition: ConnectorDefinition
    let source: any ConnectionSource
    var clock: any WallClock = SystemClock()
    /// The call as templates see it, for rules that depend on it.
    var call: JSON = .null
    /// The operation that is called; nil when it is not known.
    var operation: OperationDescription?

    /// The types of rules that adapters and connections may name.
    static let types = [
        "None", "Basic", "Bearer", "ApiKey", "AzureAD", "ClientCredentials", "AuthorizationCode", "AwsSigV4",
        "GoogleServiceAccount", "LogAnalyticsSharedKey", "ManagedIdentity", "AzureStorageKey", "ServiceBusKey",
        "CosmosKey", "SessionLogin",
    ]

    /// The credentials for a request.
    ///
    /// - Parameters:
    ///   - rule: The rule of the host that is called, where the adapter names one; the connection's own comes before it.
    ///   - given: The connection's values, where they are at hand already.
    /// - Returns: What to put into the request.
    /// - Throws: ``ConnectorError`` when the connection lacks something.
    func credentials(
        rule: JSON? = nil,
        values given: ConnectionValues? = nil
    ) async throws -> [Credential] {
        let values: ConnectionValues
        if let given { values = given } else { values = try await self.values() }
        let rules = AuthenticationRules(connection.authentication ?? rule ?? definition.adapter.authentication)
        guard !rules.isEmpty else { return try defined(values, in: try await parameterSet()) }
        guard let rule = rules.rule(has: values.has) else { throw incomplete(rules.demand) }
        return [try credential(RuleReader(rule: rule, values: values, reader: self, set: try await parameterSet()))]
    }

    /// Whether only the definition says how the connection signs in.
    var followsDefinition: Bool {
        AuthenticationRules(connection.authentication ?? definition.adapter.authentication).isEmpty
    }

    /// The connection's values, with the defaults of what it leaves out.
    func values() async throws -> ConnectionValues {
        try await ConnectionValues(connection, source: source, defaults: try await parameterSet().defaults)
    }

    /// The parameters that the connection is to give.
    func parameterSet() async throws -> SignInSettings.ParameterSet {
        let secretNames = try await source.secretNames(of: connection)
        let names = Set(connection.parameters.keys.map { $0.lowercased() }).union(
            secretNames.map { $0.lowercased() }
        )
        let has: (String) -> Bool = { names.contains($0.lowercased()) }
        if let set = definition.signIn.set(connection.parameterSet, has: has) { return set }
        let known = definition.signIn.choices.map { "'\($0.name)'" }.joined(separator: ", ")
        throw ConnectorError(
            .incompleteConnection,
            "The connection '\(connection.name)' names the parameter set '\(connection.parameterSet ?? "")'; "
                + (known.isEmpty ? "its connector has none." : "its connector has \(known).")
        )
    }

    private func credential(_ rule: RuleReader) throws -> Credential {
        switch rule.type.lowercased() {
        case "none": return .none
        case "basic":
            let user = try rule.required(rule.text("username") ?? "username").text + (rule.text("suffix") ?? "")
            if let fixed = rule.text("fixedPassword") { return .basic(user: user, password: SecretValue(fixed)) }
            return .basic(user: user, password: rule.value(rule.text("password") ?? "password") ?? SecretValue(""))
        case "bearer": return .bearer(try rule.required(rule.text("parameter") ?? "token"))
        case "apikey":
            var value = try rule.required(rule.text("parameter") ?? "api_key")
            if let prefix = rule.text("prefix") { value = SecretValue(prefix + value.text) }
            let name = rule.text("name") ?? "Authorization"
            return rule.text("in")?.lowercased() == "query"
                ? .query(name: name, value: value) : .header(name: name, value: value)
        case "azuread": return try rule.directory()
        case "managedidentity":
            return .managedIdentity(audience: try rule.filled("audience") ?? "https://graph.microsoft.com")
        case "clientcredentials": return .token(try rule.clientCredentials())
        case "authorizationcode": return .token(try rule.consent(definition.signIn).demand)
        case "awssigv4": return .signature(try rule.awsSignature())
        case "googleserviceaccount": return .token(try rule.google())
        case "loganalyticssharedkey": return .signature(try rule.sharedKey())
        case "azurestoragekey": return .signature(try rule.storageKey())
        case "servicebuskey": return .signature(try rule.serviceBusKey())
        case "cosmoskey": return .signature(try rule.cosmosKey())
        case "sessionlogin": return try rule.sessionLogin().map(Credential.token) ?? Credential.omitted
        default:
            throw ConnectorError(
                .incompleteConnection,
                "The authentication type '\(rule.type)' of the connection '\(connection.name)' is not one of "
                    + "\(Self.types.joined(separator: ", "))."
            )
        }
    }

    func incomplete(_ what: String) -> ConnectorError {
        ConnectorError(.incompleteConnection, "The connection '\(connection.name)' lacks \(what).")
    }
}

/// Reads one explicit rule.
struct RuleReader {
    let rule: JSON
    let values: ConnectionValues
    let reader: CredentialReader
    /// The parameters that the connection is to give.
    let set: SignInSettings.ParameterSet
    /// The main host, for token endpoints that are relative to it.
    var mainURL: String? { reader.connection.mainURL(reader.definition) }

    var type: String { rule["type"]?.stringValue ?? "" }

    var connection: String { reader.connection.name }

    func text(_ name: String) -> String? { rule[name]?.stringValue }

    func value(_ parameter: String) -> SecretValue? { values.value(parameter) }

    func required(_ parameter: String) throws -> SecretValue {
        guard let value = values.value(parameter), value.count > 0 else {
            throw reader.incomplete("the parameter '\(parameter)'")
        }
        return value
    }

    /// The value of a member that is a template; nil when the rule has none, or it comes to nothing.
    func filled(_ name: String) throws -> String? {
        guard let member = rule[name]?.nonNull else { return nil }
        var parameters = JSONObject()
        for (name, value) in reader.connection.parameters.sorted(by: { $0.key < $1.key }) { parameters[name] = value }
        let context = AdapterContext(
            values: [
                "connection": .string(connection), "connectionParameters": .object(parameters), "request": reader.call,
            ],
            now: reader.clock.now
        )
        let template: AdapterTemplate
        do {
            template = try AdapterTemplate.compile(member)
        } catch let error as ExpressionError {
            throw ConnectorError(.invalidDefinition, "The authentication's '\(name)': \(error.message)")
        }
        let value = try context.evaluate(template, "authentication/\(name)")
        guard let text = value.nonNull.map({ $0.stringValue ?? $0.text }), !text.isEmpty else { return nil }
        return text
    }

    func requiredMember(_ name: String) throws -> String {
        guard let text = try filled(name) else { throw reader.incomplete("'\(name)' in its 'authentication'") }
        return text
    }

    /// An address, which may be relative to the main host.
    func address(_ name: String) throws -> String? {
        guard let text = try filled(name) else { return nil }
        guard text.hasPrefix("/") else { return text }
        guard let mainURL, !mainURL.isEmpty else {
            throw reader.incomplete("a 'baseUrl' that '\(name)' is relative to")
        }
        return URLText.join(mainURL, text)
    }

    /// What a member names, or is itself: adapters name the parameter that holds the client id, connections may give it.
    func named(_ member: String) throws -> String {
        let name = text(member) ?? member
        if let value = values.text(name), !value.isEmpty { return value }
        guard let text = try filled(member) else { throw reader.incomplete("the parameter '\(name)'") }
        return text
    }
}
