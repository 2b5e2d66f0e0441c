import JSONTree

/// Which part of a list is asked for, in the words of common services.
struct Paging {
    /// The query parameter of ours in links to further pages.
    static let mark = "tocsin-skip"

    private static let sizes = [
        "per_page", "perpage", "page_size", "pagesize", "limit", "$top", "top", "sysparm_limit", "maxresults",
        "max_results",
        "size",
    ]
    private static let offsets = [mark, "offset", "$skip", "skip", "sysparm_offset", "startat", "start_at"]
    private static let pages = ["page", "page_number", "pagenumber"]
    /// What says how a list is shown, not what is in it.
    private static let others = [
        "order_by", "order_type", "sort", "$orderby", "$select", "$count", "include", "fields",
    ]

    let size: Int?
    let offset: Int

    init(_ request: LabRequest) {
        func number(_ names: [String]) -> Int? {
            names.lazy.compactMap { request.query($0) }.compactMap { Int($0) }.first { $0 >= 0 }
        }
        size = number(Self.sizes).flatMap { $0 > 0 ? $0 : nil }
        if let offset = number(Self.offsets) {
            self.offset = offset
        } else if let page = number(Self.pages), page > 1 {
            offset = (page - 1).multipliedReportingOverflow(by: size ?? 30).partialValue
        } else {
            offset = 0
        }
    }

    /// Whether a query parameter says how a list is shown.
    static func isOwn(_ name: String) -> Bool {
        let name = name.lowercased()
        return sizes.contains(name) || offsets.contains(name) || pages.contains(name) || others.contains(name)
    }

    /// The part of the items, and where the next begins; nil when there is no next.
    func part(of items: [JSON]) -> (items: [JSON], next: Int?) {
        let rest = items.dropFirst(max(0, offset))
        guard let size, rest.count > size else { return (Array(rest), nil) }
        return (Array(rest.prefix(size)), offset + size)
    }
}
