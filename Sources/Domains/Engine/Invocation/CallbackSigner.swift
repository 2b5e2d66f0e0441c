import Content
public import Durable
import JSONTree
public import Moments
public import Playbooks
public import Secrets

/// Makes and proves the signatures of addresses that are open to whoever has them (workflow definition language, section 12.2).
///
/// The signed text binds the workflow, the permission, the version of the scheme and the expiry. Triggers are signed by the two
/// keys of their workflow, which can be regenerated; action callbacks and content links by a key of the server.
public struct CallbackSigner: Sendable {
    /// What a check of queries came to.
    public enum Verdict: Sendable, Hashable {
        /// Signed for exactly this.
        case valid
        /// There is no signature.
        case missing
        /// The signature is not for this.
        case wrong
        /// The signature was for this, until a time that has passed.
        case expired
    }

    /// The version of the API that addresses name.
    public static let apiVersion = "2016-10-01"
    /// The names of the queries that belong to the signature.
    public static let queryNames: Set<String> = ["api-version", "sp", "sv", "sig", "se"]

    private static let subject = "_callbacks"

    /// Scheme, host and port by which clients know this server.
    public let origin: String
    private let keys: SigningKeyStore
    private let server: SigningKeys

    /// Makes a signer.
    ///
    /// - Throws: `SecretsError`, `StoreError` when the server's own key cannot be read.
    public init(origin: String, keys: SigningKeyStore) async throws {
        self.origin = origin.hasSuffix("/") ? String(origin.dropLast()) : origin
        self.keys = keys
        server = try await keys.keys(of: Self.subject, tenant: "_server")
    }

    // MARK: - Triggers

    /// The address of a trigger.
    ///
    /// `notAfter`: when it stops being valid; nil: never.
    /// `slot`: the workflow's key that signs.
    public func address(
        of trigger: TriggerNode,
        workflow: WorkflowProgram.Identity,
        notAfter: Timestamp? = nil,
        slot: SigningKeys.Slot = .primary
    ) async throws -> SignedAddress {
        let keys = try await keys.keys(of: workflow.id, tenant: workflow.tenant)
        let permission = Self.triggerPermission(trigger.name)
        let queries = queries(permission, workflow.id, notAfter, keys, slot)
        let base =
            "\(origin)/workflows/\(workflow.id)/triggers/\(PercentEncoding.encode(trigger.name))/paths/invoke"
        var path = trigger.relativePath ?? ""
        if !path.isEmpty, !path.hasPrefix("/") { path = "/" + path }
        let parameters = path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
        return SignedAddress(
            value: base + path + Self.text(queries),
            method: trigger.method ?? "POST",
            basePath: base,
            relativePath: trigger.relativePath,
            relativePathParameters: parameters.map { String($0.dropFirst().dropLast()) },
            queries: queries
        )
    }

    /// Proves the queries of a call of a trigger.
    public func check(
        trigger: String,
        workflow: String,
        tenant: String,
        queries: [(name: String, value: String)],
        now: Timestamp
    ) async throws -> Verdict {
        guard queries.contains(where: { $0.name == "sig" }) else { return .missing }
        let keys = try await keys.keys(of: workflow, tenant: tenant)
        return Self.verdict(queries, Self.triggerPermission(trigger), workflow, keys, now)
    }

    /// Makes one of a workflow's keys anew: the addresses that it signed are no longer valid.
    public func regenerate(_ slot: SigningKeys.Slot, workflow: String, tenant: String) async throws {
        try await keys.regenerate(slot, of: workflow, tenant: tenant)
    }

    /// Lets go of a workflow's keys in memory after they were removed with it.
    func forget(workflow: String, tenant: String) {
        keys.forget(workflow, tenant: tenant)
    }

    private static func triggerPermission(_ trigger: String) -> String { "/triggers/\(trigger.lowercased())/run" }

    // MARK: - Actions and contents

    /// The callback address of a webhook action: one instance of it in one run.
    public func address(of flight: FlightNumber, run: RunHeader, workflow: WorkflowProgram.Identity) -> String {
        let permission = Self.flightPermission(run.name, flight)
        let queries = queries(permission, workflow.id, nil, server, .primary)
        return "\(origin)/workflows/\(workflow.id)/runs/\(run.name)/actions/\(flight)/run" + Self.text(queries)
    }

    /// Proves the queries of a call of a webhook action's address.
    public func check(
        flight: FlightNumber,
        run: String,
        workflow: String,
        queries: [(name: String, value: String)],
        now: Timestamp
    ) -> Verdict {
        Self.verdict(queries, Self.flightPermission(run, flight), workflow, server, now)
    }

    /// A readable address of something in a run: the inputs of an action, for instance.
    ///
    /// `what`: its path below `contents/`, such as `ActionInputs:Call`; not percent-encoded.
    public func contentAddress(_ what: String, run: String, workflow: String, notAfter: Timestamp? = nil) -> String {
        let queries = queries(Self.contentPermission(run, what), workflow, notAfter, server, .primary)
        let path = what.split(separator: "/").map { PercentEncoding.encode(String($0)) }.joined(separator: "/")
        return "\(origin)/workflows/\(workflow)/runs/\(run)/contents/\(path)" + Self.text(queries)
    }

    /// Proves the queries of a content address.
    public func check(
        content what: String,
        run: String,
        workflow: String,
        queries: [(name: String, value: String)],
        now: Timestamp
    ) -> Verdict {
        Self.verdict(queries, Self.contentPermission(run, what), workflow, server, now)
    }

    /// The address at which the answer of an asynchronous Response is asked for.
    public func statusAddress(run: String, workflow: String) -> String {
        let queries = queries(Self.statusPermission(run), workflow, nil, server, .primary)
        return "\(origin)/workflows/\(workflow)/runs/\(run)/operations/response" + Self.text(queries)
    }

    /// Proves the queries of a status address.
    public func check(
        statusOf run: String,
        workflow: String,
        queries: [(name: String, value: String)],
        now: Timestamp
    ) -> Verdict {
        Self.verdict(queries, Self.statusPermission(run), workflow, server, now)
    }

    private static func flightPermission(_ run: String, _ flight: FlightNumber) -> String {
        "/runs/\(run)/actions/\(flight)/run"
    }

    private static func contentPermission(_ run: String, _ what: String) -> String {
        "/runs/\(run)/contents/\(what)/read"
    }

    private static func statusPermission(_ run: String) -> String { "/runs/\(run)/operations/response/read" }

    // MARK: - Signing

    private static let schemeVersion = "1.0"

    private func queries(
        _ permission: String,
        _ workflow: String,
        _ notAfter: Timestamp?,
        _ keys: SigningKeys,
        _ slot: SigningKeys.Slot
    ) -> JSONObject {
        let expiry = notAfter?.iso8601
        var queries: JSONObject = [
            "api-version": .string(Self.apiVersion), "sp": .string(permission), "sv": .string(Self.schemeVersion),
        ]
        if let expiry { queries["se"] = .string(expiry) }
        queries["sig"] = .string(keys.signature(of: Self.signed(workflow, permission, expiry), by: slot))
        return queries
    }

    /// The signed text; a line each, so that no part can pass for another.
    private static func signed(_ workflow: String, _ permission: String, _ expiry: String?) -> String {
        [workflow.uppercased(), permission, schemeVersion, expiry ?? ""].joined(separator: "\n")
    }

    private static func verdict(
        _ queries: [(name: String, value: String)],
        _ permission: String,
        _ workflow: String,
        _ keys: SigningKeys,
        _ now: Timestamp
    ) -> Verdict {
        func query(_ name: String) -> String? { queries.first { $0.name == name }?.value }
        guard let signature = query("sig") else { return .missing }
        guard query("sp")?.lowercased() == permission.lowercased(), query("sv") == schemeVersion else { return .wrong }
        let expiry = query("se")
        guard keys.isValid(signature, for: signed(workflow, permission, expiry)) else { return .wrong }
        guard let expiry else { return .valid }
        guard let end = Timestamp(iso8601: expiry) else { return .wrong }
        return now < end ? .valid : .expired
    }

    private static func text(_ queries: JSONObject) -> String {
        "?"
            + queries.map { name, value in
                "\(name)=\(PercentEncoding.encode(value.stringValue ?? ""))"
            }.joined(separator: "&")
    }
}
