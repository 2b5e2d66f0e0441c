import JSONTree
import Outbound

/// A stand-in of token endpoints: whoever asks gets a marker that is no secret.
enum TokenStandIn {
    static func isMeant(_ request: OutboundRequest) -> Bool {
        guard request.method == "POST" else { return false }
        let path = LabURL.path(request.url).lowercased()
        return path.hasSuffix("/oauth2/token") || path.hasSuffix("/oauth2/v2.0/token")
    }

    static var answer: LabAnswer {
        LabAnswer(
            200,
            ["token_type": "Bearer", "expires_in": 3599, "access_token": "rehearsal"],
            headers: [("Cache-Control", "no-store")]
        )
    }
}

/// The answer of a host that no connector knows: what was sent, and nothing that would look like more.
enum UnmatchedAnswer {
    static func make(_ request: OutboundRequest) -> LabAnswer {
        if request.method == "HEAD" { return LabAnswer(200) }
        guard request.method != "GET", let sent = LabRequest.body(request)?.objectValue, sent["$content-type"] == nil
        else { return LabAnswer(200, .object(JSONObject())) }
        return LabAnswer(200, .object(sent))
    }
}
