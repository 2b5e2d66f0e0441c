import JSONTree
import Outbound

extension PreparedCall {
    /// The header of an answer in which something is said about it that a person should know.
    public static let remarkHeader = "x-tocsin-remark"

    /// The answer with a remark where it names a next page that is not read, because its address leads to another service.
    ///
    /// Nothing of the address but its host is shown: what follows may hold secrets.
    func remarking(_ outputs: ConnectorOutputs) -> ConnectorOutputs {
        guard let link = nextLink(of: outputs), following(link) == nil else { return outputs }
        var result = outputs
        let host = URLText.origin(link).map { "at \($0)" } ?? "at an address that is none"
        result.headers[Self.remarkHeader] = .string(
            "The answer names a next page \(host), which is not followed: the credentials of this call are for \(URLText.origin(request.url) ?? "its own service") only."
        )
        return result
    }
}
