/// One request of a chain of redirects.
struct Hop: Sendable {
    var url: OutboundURL
    var method: String
    var headers: OutboundHeaders
    var body: [UInt8]?
    var showsCertificate: Bool
    private let credentialHeaders: Set<String>

    init(_ request: OutboundRequest) throws(OutboundError) {
        url = try OutboundURL(request.url)
        method = request.method
        headers = request.headers
        body = request.body
        showsCertificate = request.clientCertificate != nil
        credentialHeaders = request.credentialHeaders
    }

    /// The request that an answer redirects to; nil when the answer is the end.
    ///
    /// 303 turns everything but HEAD into GET, 301 and 302 turn POST into GET, 307 and 308 keep method and body.
    /// Another origin gets no credentials. A redirect from https to http is not followed.
    func next(after answer: OutboundResponse) throws(OutboundError) -> Hop? {
        guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.headers["Location"] else {
            return nil
        }
        let target = try url.resolving(location)
        if url.isSecure && !target.isSecure { return nil }
        var next = self
        next.url = target
        let becomesGET =
            (answer.status == 303 && method != "HEAD") || ([301, 302].contains(answer.status) && method == "POST")
        if becomesGET {
            next.method = "GET"
            next.body = nil
            for name in next.headers.map(\.name) where name.lowercased().hasPrefix("content-") {
                next.headers.remove(name)
            }
        }
        if target.origin != url.origin {
            next.showsCertificate = false
            for name in credentialHeaders.union(["Authorization", "Cookie", "Proxy-Authorization"]) {
                next.headers.remove(name)
            }
        }
        return next
    }
}
