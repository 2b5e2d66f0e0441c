import Content
import Outbound
import Playbooks
import Signals

extension HTTPCall {
    /// The request without the credentials that have to be fetched.
    func request(
        for site: CallSite,
        networks: NetworkPolicy,
        limits: EffectLimits
    ) throws(CallFailure)
        -> OutboundRequest
    {
        var fields = OutboundHeaders(headers)
        // `authentication` stands behind a header that the author wrote, and wins.
        if let value = fields.values("Authorization").last { fields["Authorization"] = value }
        var bytes: [UInt8]?
        if let body {
            do throws(ContentError) {
                let content = try Content.bytes(of: body, contentType: fields["Content-Type"])
                bytes = content.bytes
                if let type = content.contentType { fields["Content-Type"] = type }
            } catch {
                throw .refused("InvalidBody", "The body of '\(site.name)' cannot be sent: \(error.message)")
            }
        }
        if !site.options.contains(.suppressWorkflowHeaders) {
            for (name, value) in site.headers where !fields.contains(name) {
                fields.add(name, WorkflowHeaders.plain(value))
            }
        }
        if !fields.contains("User-Agent") {
            fields.add("User-Agent", WorkflowHeaders.userAgent(site.program.identity))
        }
        let isChunked = site.runtime.isChunked
        return OutboundRequest(
            method: method,
            url: uri,
            headers: fields,
            body: bytes,
            timeout: limits.requestTimeout,
            networks: networks,
            responseLimit: isChunked ? limits.chunkedMessageBytes : limits.messageBytes,
            decompresses: !site.options.contains(.disableAutomaticDecompression),
            credentialHeaders: Set(fields.map(\.name).filter(Redaction.isSecretHeader)),
            tag: site.tag
        )
    }
}
