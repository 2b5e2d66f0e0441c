import JSONTree
public import Outbound

/// A call that is ready to be sent, with what is needed to keep it from being done twice.
public struct PreparedCall: Sendable {
    /// The request, credentials included: never log or store it.
    public let request: OutboundRequest
    /// What it must be sent through: the network, or this server's own routes.
    public let transport: any Transport
    /// The operation; nil when none fits, and it is sent all the same.
    public let operation: OperationDescription?
    /// What the operation does to the world.
    public let effect: EffectClass
    /// How a lost answer is settled.
    public let idempotency: Idempotency
    /// The business key with tenant, connection and operation; nil when the call brings none.
    ///
    /// Store intent and answer under it: a second run that has the same one gets the stored answer.
    public let businessKey: String?
    /// How the result is looked up, when it can be.
    public let lookup: LookupPlan?

    let isOwn: Bool
    let plan: AdaptedCall

    /// Whether its body may be sent piece by piece: where the definition says so of the operation.
    ///
    /// What an adapter maps goes to the vendor's own API, which takes it whole.
    public var takesChunks: Bool { operation?.takesChunks == true && plan.adapter?.isMapped != true }

    /// The answer as playbooks read it.
    public func interpret(_ response: OutboundResponse) -> ConnectorOutputs {
        let mapsRequest = plan.adapter?.request != nil
        let outputs = BodyCoding.outputs(response, declared: mapsRequest ? nil : operation?.media.onlyAnswer)
        return remarking(plan.mapped(plan.answers?.apply(to: outputs, url: request.url) ?? outputs))
    }

    /// Whether an answer means that somebody has to sign the connection in again, by a policy of the connector.
    public func marksUnauthenticated(_ outputs: ConnectorOutputs) -> Bool {
        plan.answers?.marksUnauthenticated(outputs.statusCode) ?? false
    }

    /// The request for the next page of a list, if this answer names one: by the property that the operation pages by
    /// (`links.next` is a property inside), or by a `Link` header with `rel="next"`.
    ///
    /// A link to another origin is not followed, because the credentials would go there.
    public func nextPage(after outputs: ConnectorOutputs) -> OutboundRequest? {
        nextLink(of: outputs).flatMap { following($0) }
    }

    /// The address of the next page as an answer names it; nil when it names none.
    func nextLink(of outputs: ConnectorOutputs) -> String? {
        guard outputs.isSuccess, let operation else { return nil }
        if let name = operation.nextLinkName, let body = outputs.body {
            let inside = name.split(separator: ".").reduce(body) { $0[String($1)] ?? .null }
            if let link = body[name]?.stringValue ?? inside.stringValue, !link.isEmpty { return link }
        }
        guard operation.method == "GET" else { return nil }
        return outputs.headers.member(ignoringCase: "Link")?.value.stringValue.flatMap(LinkHeader.next)
    }

    /// The request for an address that an answer named: a next page, the status of a long operation, a subscription.
    ///
    /// It has the credentials of the call, and neither its body nor the headers that describe it.
    ///
    /// - Parameters:
    ///   - link: The address, absolute or a reference such as `/items?page=2` or `?page=2`; a bare word is none.
    ///   - method: The method.
    /// - Returns: The request; nil when the address leads to another origin, where the credentials must not go.
    public func following(_ link: String, method: String = "GET") -> OutboundRequest? {
        guard let origin = URLText.origin(request.url) else { return nil }
        var next = request
        next.body = nil
        next.method = method
        for name in next.headers.map(\.name) where name.lowercased().hasPrefix("content-") { next.headers.remove(name) }
        if case .header(let name) = idempotency { next.headers.remove(name) }
        if URLText.origin(link) == origin {
            next.url = link
        } else if isOwn, let theirs = URLText.origin(link) {
            next.url = origin + link.dropFirst(theirs.count)
        } else if let url = Self.resolved(link, against: request.url) {
            next.url = url
        } else {
            return nil
        }
        // Services do not repeat the key of a query in the addresses that they give.
        next.url = URLText.restoring(plan.answers?.rules.credentials ?? [], of: request.url, in: next.url)
        return next
    }

    /// A reference in an answer as an address of the same origin (RFC 3986, 5.2; RFC 8288, 3.1); nil when it leads elsewhere.
    ///
    /// Services behind a proxy say `http` for what they are called by as `https`: the call stays secure.
    private static func resolved(_ link: String, against url: String) -> String? {
        let isReference = URLText.origin(link) != nil || link.contains("?") || "/.".contains(link.prefix(1))
        do throws(OutboundError) {
            guard isReference, !link.isEmpty else { return nil }
            let base = try OutboundURL(url)
            let target = try base.resolving(link)
            if target.origin == base.origin { return target.description }
            guard base.isSecure, !target.isSecure, target.host == base.host,
                target.port == 80 || target.port == base.port
            else { return nil }
            return base.origin + target.target
        } catch {
            return nil
        }
    }
}
