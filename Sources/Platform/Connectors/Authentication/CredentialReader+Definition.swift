import JSONTree
import Secrets

/// Credentials that follow from a public definition alone.
extension CredentialReader {
    /// What the definition's schemes come to, with the parameters of the connection.
    ///
    /// An operation's own `security` says which schemes go with it, where it names schemes that are there; an empty one says that
    /// none does. That of the whole definition counts only where nothing but the definition says what connections are asked for.
    func defined(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> [Credential] {
        let own = operation?.security?.known(to: definition.signIn.schemes)
        if let own, own.alternatives.isEmpty { return [] }
        return definition.signIn.isDerived
            ? try derived(values, in: set, own: own) : try described(values, in: set, own: own)
    }

    // MARK: - Connections that are asked for what apiProperties.json says

    /// All schemes for which the connection has a value.
    ///
    /// A key is the parameter of the scheme's name, then `api_key`, then the only secret one, and is sent as it was typed. A secret
    /// that no scheme takes is left to policies and to parameters of operations.
    private func described(
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet,
        own: SecurityRequirements?
    ) throws -> [Credential] {
        if signsInByOAuth(set) { return [try oauth(values, in: set)] }
        var credentials: [(scheme: String, credential: Credential)] = []
        for scheme in definition.signIn.schemes {
            if case .oauth2 = scheme.kind { continue }
            guard let credential = try credential(of: scheme, values, in: set) else { continue }
            credentials.append((scheme.name, credential))
        }
        if let wanted = own?.alternative(among: Set(credentials.map(\.scheme))) {
            credentials.removeAll { !wanted.contains($0.scheme) }
        }
        if credentials.isEmpty, let basic = try impliedBasic(values, in: set) { return [basic] }
        return credentials.map(\.credential)
    }

    /// Whether a set of parameters is for OAuth 2.0: it says so, or it asks for no secret where a scheme gives tokens.
    private func signsInByOAuth(_ set: SignInSettings.ParameterSet) -> Bool {
        if set.oauth != nil { return true }
        let flows = definition.signIn.schemes.flatMap(\.kind.flows)
        let asked = Set(set.parameters.map { Self.plain($0.name) })
        if asked.isSuperset(of: ["clientid", "clientsecret"]) { return flows.contains { $0.grant == .app } }
        // A choice that asks for nothing is one without a credential.
        return definition.signIn.choices.isEmpty && !set.parameters.contains(where: \.isSecret)
            && !asked.contains("username") && !flows.isEmpty
    }

    // MARK: - Connections that are asked for what the schemes need

    /// The schemes of the first alternative for which the connection has all; where nothing names alternatives, all for which it has
    /// a value.
    private func derived(
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet,
        own: SecurityRequirements?
    ) throws -> [Credential] {
        let schemes = definition.signIn.schemes
        var found: [(scheme: String, credential: Credential)] = []
        for scheme in schemes {
            guard let credential = try credential(of: scheme, values, in: set) else { continue }
            found.append((scheme.name, credential))
        }
        guard let wanted = own ?? definition.signIn.requirements else {
            guard found.isEmpty, !schemes.isEmpty else { return Self.joined(found) }
            throw incomplete(Self.demand(SecurityRequirements(eachOf: schemes), schemes))
        }
        if let names = wanted.alternative(among: Set(found.map(\.scheme))) {
            return Self.joined(found.filter { names.contains($0.scheme) })
        }
        // A definition whose 'security' does not name all of its schemes is not to be trusted with leaving one out.
        let unnamed = found.filter { item in own == nil && !wanted.alternatives.joined().contains(item.scheme) }
        guard unnamed.isEmpty, !wanted.isOptional else { return Self.joined(unnamed) }
        throw incomplete(Self.demand(wanted, schemes, operation: own == nil ? nil : operation?.id))
    }

    /// Credentials that go together: of two for the same place the first, and tokens only where nothing else is for theirs.
    private static func joined(_ found: [(scheme: String, credential: Credential)]) -> [Credential] {
        let all = found.map(\.credential)
        let isToken: (Credential) -> Bool = { if case .token = $0 { true } else { false } }
        var taken: Set<String> = []
        return (all.filter { !isToken($0) } + all.filter(isToken)).filter { credential in
            credential.field.map { taken.insert($0).inserted } ?? true
        }
    }

    private static func demand(
        _ wanted: SecurityRequirements,
        _ schemes: [SecurityScheme],
        operation: String? = nil
    ) -> String {
        let place = operation.map { " for the operation '\($0)'" } ?? ""
        guard let ways = wanted.demand(schemes) else {
            return
                "an 'authentication' of its own\(place): its connector names no way to sign in that this server can go"
        }
        let way =
            operation == nil ? "; where the service asks for none, say \"authentication\": {\"type\": \"None\"}" : ""
        return "the parameters of a way to sign in\(place): \(ways)\(way)"
    }

    // MARK: - One scheme

    /// What a scheme comes to; nil when the connection has nothing for it.
    private func credential(
        of scheme: SecurityScheme,
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet
    ) throws -> Credential? {
        switch scheme.kind {
        case .key(let name, let place, let prefix):
            guard let key = try key(scheme, values, in: set) else { return nil }
            // Some type the prefix with the key.
            let value = prefix.isEmpty || Self.begins(key, with: prefix) ? key : SecretValue(prefix + key.text)
            switch place {
            case .header: return .header(name: name, value: value)
            case .query: return .query(name: name, value: value)
            case .cookie: return .cookie(name: name, value: value)
            }
        case .basic: return try basic(values, in: set)
        case .bearer:
            guard let token = try key(scheme, values, in: set) else { return nil }
            let word = "Bearer "
            return .bearer(
                Self.begins(token, with: word) ? SecretValue(String(token.text.dropFirst(word.count))) : token
            )
        case .oauth2(let flows): return try token(flows, values, in: set)
        case .certificate: return values.has("clientCertificate") ? Credential.none : nil
        case .unusable: return nil
        }
    }

    private static func begins(_ value: SecretValue, with prefix: String) -> Bool {
        value.text.lowercased().hasPrefix(prefix.lowercased())
    }

    /// The key of a scheme; nil when the connection has none and the connector does not insist.
    private func key(
        _ scheme: SecurityScheme,
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet
    ) throws -> SecretValue? {
        let mine = Self.plain(scheme.name)
        let others = Set(definition.signIn.schemes.map { Self.plain($0.name) }).subtracting([mine])
        // 'API Key' and 'api_key' are the same name.
        let same = set.parameters.first { Self.plain($0.name) == mine }?.name ?? scheme.name
        // A choice of several ways takes what it asks for, and nothing else that the connection has.
        let isChosen = !definition.signIn.choices.isEmpty
        // Where keys and tokens are alternatives, an 'api_key' is no token; where the connector asks for one, it is for all schemes.
        let keys = definition.signIn.schemes.count { if case .key = $0.kind { true } else { false } }
        let takesAny =
            !definition.signIn.isDerived || !others.contains("apikey") && (scheme.kind != .bearer || keys == 0)
        for name in takesAny ? [same, "api_key"] : [same] {
            let isAsked = set.parameters.contains { $0.name.isSame(ignoringCase: name) }
            if values.has(name), isAsked || !isChosen { return values.value(name) }
        }
        let secrets = set.parameters.filter(\.isSecret)
        if !definition.signIn.isDerived, secrets.count == 1 {
            // What bears the name of another scheme is not this one's, nor is a user's password where a scheme takes it.
            let only = Self.plain(secrets[0].name)
            let isPassword =
                only == "password" && set.parameters.contains { Self.plain($0.name) == "username" }
                && definition.signIn.schemes.contains { $0.kind == .basic }
            guard !others.contains(only) || only == "apikey", !isPassword else { return nil }
            if values.has(secrets[0].name) { return values.value(secrets[0].name) }
            if secrets[0].isRequired { throw incomplete("the secret '\(secrets[0].name)'") }
            return nil
        }
        let own = secrets.first { [mine, "apikey"].contains(Self.plain($0.name)) }
        if let own, own.isRequired { throw incomplete("the secret '\(own.name)'") }
        guard definition.signIn.isDerived || set.parameters.isEmpty && !isChosen else { return nil }
        let bearers = definition.signIn.schemes.count { $0.kind == .bearer }
        guard keys + bearers == 1 || !definition.signIn.isDerived else { return nil }
        // Where nothing says what connections are asked for: whatever single secret the connection has for no other purpose.
        let taken = Set(Connection.commonSecrets.map { $0.lowercased() }).union(
            set.parameters.map { $0.name.lowercased() }
        )
        let given = values.hidden.filter { !taken.contains($0.key) && !others.contains(Self.plain($0.key)) }
        return given.count == 1 ? given.first?.value : nil
    }

    /// User name and password; nil when the connection has none and the connector does not insist.
    private func basic(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> Credential? {
        let user = set.parameters.first { $0.name.lowercased() == "username" }
        if values.has("username"), user != nil || definition.signIn.choices.isEmpty {
            return .basic(
                user: values.text("username") ?? "",
                password: values.value("password") ?? SecretValue("")
            )
        }
        if let user, user.isRequired { throw incomplete("the parameter '\(user.name)'") }
        guard user == nil, let (name, secret) = Self.otherwise(set.parameters), values.has(name) else { return nil }
        return .basic(user: values.text(name) ?? "", password: values.value(secret) ?? SecretValue(""))
    }

    /// The user name and password of definitions that name them otherwise: the only text that can be a user's name, or the only text
    /// at all, beside the only secret that can be a password, or the only one.
    private static func otherwise(_ parameters: [ConnectionParameter]) -> (user: String, password: String)? {
        let users: Set = [
            "user", "username", "userid", "login", "loginname", "email", "emailaddress", "useremail", "account",
            "accountname", "userprincipalname", "clientid", "apiuser",
        ]
        let passwords: Set = ["password", "passwd", "pwd", "pass", "passcode", "apitoken", "token", "userpassword"]
        func only(_ all: [ConnectionParameter], _ names: Set<String>) -> String? {
            let known = all.filter { names.contains(plain($0.name)) }
            return known.count == 1 ? known[0].name : all.count == 1 ? all[0].name : nil
        }
        let texts = parameters.filter { $0.type == "string" }
        guard let user = only(texts, users), let password = only(parameters.filter(\.isSecret), passwords) else {
            return nil
        }
        return (user, password)
    }

    /// A choice that asks for user name and password where the definition has no scheme for it.
    private func impliedBasic(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> Credential? {
        let names = Set(set.parameters.map { $0.name.lowercased() })
        guard names.isSuperset(of: ["username", "password"]), !definition.signIn.choices.isEmpty else { return nil }
        return try basic(values, in: set)
    }

    /// A name without what writers of definitions write differently: case, blanks, `_`, `-`.
    static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}
