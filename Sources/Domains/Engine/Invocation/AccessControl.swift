public import JSONTree
public import Outbound

/// Who may call a workflow from where: the `accessControl` of its properties, read (section 12.2).
///
/// A list of addresses that is empty or missing lets every address in.
public struct AccessControl: Sendable, Hashable {
    /// What is guarded.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        /// Calls of trigger addresses.
        case triggers
        /// Inputs and outputs in the run history.
        case contents
        /// Callback addresses of actions.
        case actions
        /// The management of the workflow.
        case workflowManagement
    }

    /// A policy that lets a caller with a bearer token in: every claim must be there with that value.
    public struct Policy: Sendable, Hashable {
        /// The policy's name.
        public var name: String
        /// The claims by name, each with the value that it must have.
        public var claims: [String: String]

        /// Makes a policy.
        public init(name: String, claims: [String: String]) {
            self.name = name
            self.claims = claims
        }
    }

    private struct Range: Sendable, Hashable {
        var first: IPAddress
        var last: IPAddress
        var network: Network?

        func contains(_ address: IPAddress) -> Bool {
            if let network { return network.contains(address) }
            switch (first, last, address) {
            case (.v4(let first), .v4(let last), .v4(let own)): return first <= own && own <= last
            case (.v6(let first), .v6(let last), .v6(let own)): return first <= own && own <= last
            default: return false
            }
        }
    }

    private var ranges: [Scope: [Range]] = [:]
    /// The policies for bearer tokens of callers of triggers.
    public private(set) var policies: [Policy] = []
    /// Whether calls of triggers by signed addresses are switched off (`triggers.sasAuthenticationPolicy.state`).
    public private(set) var isSignatureDisabled = false

    /// Reads `properties.accessControl`.
    ///
    /// `properties`: the workflow's properties as they were put.
    /// - Throws: `EngineError` with status 400 that names the first thing that is wrong.
    public init(properties: JSON) throws(EngineError) {
        guard let written = properties[ignoringCase: "accessControl"]?.nonNull else { return }
        guard written.objectValue != nil else { throw Self.invalid("'accessControl' must be an object.") }
        for scope in Scope.allCases {
            guard let part = written[ignoringCase: scope.rawValue]?.nonNull else { continue }
            guard part.objectValue != nil else { throw Self.invalid("'accessControl.\(scope)' must be an object.") }
            ranges[scope] = try Self.ranges(part[ignoringCase: "allowedCallerIpAddresses"]?.nonNull, scope)
            guard scope == .triggers else { continue }
            policies = try Self.policies(part[ignoringCase: "openAuthenticationPolicies"]?.nonNull)
            isSignatureDisabled =
                part[ignoringCase: "sasAuthenticationPolicy"]?[ignoringCase: "state"]?.stringValue?
                .isSame(ignoringCase: "Disabled") ?? false
        }
    }

    /// Whether a caller at an address may do it; calls from inside the process have no address and always may.
    public func allows(_ address: IPAddress?, to scope: Scope) -> Bool {
        guard let address, let allowed = ranges[scope], !allowed.isEmpty else { return true }
        let plain = address.embeddedV4.map { IPAddress.v4($0) }
        return allowed.contains { $0.contains(address) || (plain.map($0.contains) ?? false) }
    }

    private static func invalid(_ message: String) -> EngineError {
        EngineError(400, "InvalidWorkflowAccessControl", message)
    }

    private static func ranges(_ written: JSON?, _ scope: Scope) throws(EngineError) -> [Range] {
        guard let written else { return [] }
        guard let items = written.arrayValue else {
            throw invalid("'accessControl.\(scope).allowedCallerIpAddresses' must be an array.")
        }
        var ranges: [Range] = []
        for item in items {
            guard let text = item[ignoringCase: "addressRange"]?.stringValue, let range = range(text) else {
                throw invalid(
                    "The address range \(item[ignoringCase: "addressRange"]?.text ?? item.text) in 'accessControl.\(scope)' is not valid. Write an address such as 192.0.2.1, a network such as 192.0.2.0/24 or a range such as 192.0.2.1-192.0.2.9."
                )
            }
            ranges.append(range)
        }
        return ranges
    }

    private static func range(_ text: String) -> Range? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { String($0.filter { $0 != " " }) }
        if ends.count == 2, let first = IPAddress(ends[0]), let last = IPAddress(ends[1]) {
            return Range(first: first, last: last)
        }
        guard let network = Network(text) else { return nil }
        return Range(first: network.base, last: network.base, network: network)
    }

    private static func policies(_ written: JSON?) throws(EngineError) -> [Policy] {
        guard let named = written?[ignoringCase: "policies"]?.nonNull else { return [] }
        guard let object = named.objectValue else {
            throw invalid("'openAuthenticationPolicies.policies' must be an object of policies by name.")
        }
        var policies: [Policy] = []
        for (name, policy) in object {
            let type = policy[ignoringCase: "type"]?.stringValue ?? ""
            guard type.isSame(ignoringCase: "AAD") else {
                throw invalid("The type '\(type)' of the authentication policy '\(name)' is not known; 'AAD' is.")
            }
            var claims: [String: String] = [:]
            for claim in policy[ignoringCase: "claims"]?.arrayValue ?? [] {
                guard let name = claim[ignoringCase: "name"]?.stringValue,
                    let value = claim[ignoringCase: "value"]?.stringValue
                else { throw invalid("A claim of the authentication policy '\(name)' has no 'name' and 'value'.") }
                claims[name] = value
            }
            guard claims["iss"] != nil else {
                throw invalid("The authentication policy '\(name)' must name the claim 'iss', the issuer of tokens.")
            }
            policies.append(Policy(name: name, claims: claims))
        }
        return policies
    }
}
