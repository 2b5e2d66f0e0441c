import JSONTree
import OData
import Serving

/// What a list request asks for: `$top`, `$filter`, and the token of a page that follows.
struct ListQuery: Sendable {
    /// The size of a page unless `$top` says otherwise.
    static let standardPage = 30
    /// The largest page; a larger `$top` gives this many and a link to the rest.
    static let largestPage = 250
    /// How many entries are looked at for one page of a filtered list; then the page ends early, with a link.
    static let scanLimit = 2_000

    /// How many entries the page may have.
    let limit: Int
    /// What entries must fulfil.
    let filter: ODataFilter?
    /// The last entry of the page before; nil: the first page.
    let after: String?

    /// Reads the query of a request.
    ///
    /// `fields`: the properties that a filter of this list may read, as clients write them.
    /// - Throws: `Problem` with status 400.
    init(_ request: Request, fields: [String]) throws(Problem) {
        let query: ODataQuery
        do throws(ODataError) {
            query = try ODataQuery(request.query.filter { $0.name.hasPrefix("$") }.map { ($0.name, $0.value) })
        } catch {
            throw Self.problem(
                error.option == "$filter" ? "InvalidFilterInQueryString" : "InvalidQueryString",
                error.message
            )
        }
        guard query.top != 0 else {
            throw Self.problem("InvalidTopInQueryString", "The value of '$top' must be greater than 0.")
        }
        for (name, isUsed) in [
            ("$orderby", !query.orderBy.isEmpty), ("$select", query.select != nil), ("$skip", query.skip != nil),
            ("$search", query.search != nil), ("$expand", !query.expand.isEmpty), ("$count", query.count),
        ] where isUsed {
            throw Self.problem("InvalidQueryString", "The query parameter '\(name)' is not supported by this list.")
        }
        limit = min(query.top ?? Self.standardPage, Self.largestPage)
        filter = query.filter
        for path in query.filter?.paths ?? []
        where !fields.contains(where: { $0.isSame(ignoringCase: path.description) }) {
            throw Self.problem(
                "InvalidFilterInQueryString",
                fields.isEmpty
                    ? "This list knows no $filter."
                    : "The property '\(path)' cannot be used in a $filter of this list; \(fields.joined(separator: ", ")) can."
            )
        }
        after = try query.skipToken.map { (token) throws(Problem) in try Self.unpack(token) }
    }

    /// The token of the page behind an entry.
    static func token(_ last: String) -> String {
        String(decoding: last.utf8.flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func unpack(_ token: String) throws(Problem) -> String {
        let values = token.utf8.map { byte in digits.firstIndex(of: byte) }
        guard values.count % 2 == 0, values.count <= 2_048 else { throw invalidToken }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: values.count, by: 2) {
            guard let high = values[place], let low = values[place + 1] else { throw invalidToken }
            bytes.append(UInt8(high << 4 | low))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw invalidToken }
        return text
    }

    private static var invalidToken: Problem {
        problem("InvalidSkipToken", "The '$skiptoken' is not one that this server gave out; follow nextLink as it is.")
    }

    private static func problem(_ code: String, _ message: String) -> Problem {
        Problem(status: 400, code: code, message: message)
    }
}
