import JSONTree
public import OData

/// What a client asks a list for.
public struct AlertQuery: Sendable {
    /// The query options.
    public var options: ODataQuery
    /// How many alerts a page has at most.
    public var pageSize: Int

    /// Makes a query of options.
    ///
    /// - Throws: ``AlertError`` with `.invalidQuery` when it names what alerts do not have, or is beyond the limits.
    public init(_ options: ODataQuery, limits: AlertLimits = AlertLimits()) throws(AlertError) {
        self.options = options
        pageSize = options.top ?? limits.pageDefault
        guard pageSize <= limits.pageMaximum else {
            throw AlertError(
                .invalidQuery,
                "The limit of '\(limits.pageMaximum)' for Top query has been exceeded. "
                    + "The value from the incoming request is '\(pageSize)'."
            )
        }
        guard (options.skip ?? 0) <= limits.skipMaximum else {
            throw AlertError(
                .invalidQuery,
                "The limit of '\(limits.skipMaximum)' for Skip query has been exceeded. "
                    + "The value from the incoming request is '\(options.skip ?? 0)'."
            )
        }
        guard options.expand.isEmpty else {
            throw AlertError(.invalidQuery, "The query option '$expand' is not supported for alerts.")
        }
        guard options.search == nil else {
            throw AlertError(.invalidQuery, "The query option '$search' is not supported for alerts; use $filter.")
        }
        guard options.deltaToken == nil else {
            throw AlertError(.invalidQuery, "The query option '$deltatoken' is not supported for alerts.")
        }
        for path in options.filter?.paths ?? [] { try AlertSchema.check(path) }
        for order in options.orderBy { try AlertSchema.check(order.path) }
        for path in options.select ?? [] { try AlertSchema.check(path) }
    }
}

/// One page of a list.
public struct AlertPage: Sendable {
    /// The alerts.
    public let alerts: [StoredAlert]
    /// The opaque token of the next page; nil when this is the last.
    public let nextToken: String?
    /// How many alerts fulfil the filter over all pages, when the query asks for it.
    public let count: Int?
}
