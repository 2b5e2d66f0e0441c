import Outbound
import Secrets

/// Shows a key in the query, in every request that is made of the first: a next page, the status of a long operation.
///
/// Added at the last moment, it stands in no request that is kept or shown.
struct QueryKey: LastStep {
    let name: String
    let value: SecretValue

    func finish(_ request: inout OutboundRequest) async throws {
        let query = request.url.firstIndex(of: "?").map { request.url[$0...].dropFirst() } ?? ""
        let isThere = query.prefix { $0 != "#" }.split(separator: "&").contains {
            Percent.decode($0.prefix { $0 != "=" }) == name
        }
        if !isThere { request.url = URLText.adding(name, value.text, to: request.url) }
    }
}
