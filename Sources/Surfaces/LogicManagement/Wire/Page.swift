import Content
import JSONTree
import OData
import Serving

/// One page of a list: what is on it, and behind which entry the next one begins.
struct Page<Item: Sendable>: Sendable {
    var items: [Item] = []
    /// The name of the last entry that was looked at, when there may be more.
    var last: String?

    /// Gathers a page out of batches, passing over what the filter does not let through.
    ///
    /// `query`: page size, filter and beginning.
    /// `fetch`: gives entries behind a name, at most so many, and the name behind which there may be more.
    /// `name`: the name of an entry, by which the list is ordered.
    /// `facts`: what the filter sees of an entry.
    static func gather(
        _ query: ListQuery,
        fetch: (_ after: String?, _ limit: Int) async throws -> (items: [Item], next: String?),
        name: (Item) -> String,
        facts: (Item) -> JSON
    ) async throws -> Page {
        var page = Page()
        var after = query.after
        var looked = 0
        while true {
            // One more than the page holds tells whether there is another page.
            let wanted = query.filter == nil ? query.limit - page.items.count + 1 : 250
            let batch = try await fetch(after, wanted)
            for item in batch.items {
                if page.items.count == query.limit {
                    page.last = after
                    return page
                }
                after = name(item)
                looked += 1
                guard query.filter?.matches(facts(item)) ?? true else { continue }
                page.items.append(item)
            }
            guard let next = batch.next else { return page }
            after = next
            if looked >= ListQuery.scanLimit || batch.items.isEmpty {
                page.last = after
                return page
            }
        }
    }

    /// A page of a list that is in memory as a whole, in its order.
    static func cut(
        _ all: [Item],
        _ query: ListQuery,
        name: (Item) -> String,
        facts: (Item) -> JSON
    ) throws(Problem) -> Page {
        var rest = all[...]
        if let after = query.after {
            guard let place = all.firstIndex(where: { name($0) == after }) else {
                throw Problem(
                    status: 400,
                    code: "InvalidSkipToken",
                    message: "The entry behind which this page begins is gone; list from the beginning."
                )
            }
            rest = all[(place + 1)...]
        }
        var page = Page()
        for item in rest where query.filter?.matches(facts(item)) ?? true {
            if page.items.count == query.limit {
                page.last = page.items.last.map(name)
                return page
            }
            page.items.append(item)
        }
        return page
    }

    /// The absolute address of the next page: the same request with another token.
    func nextLink(_ request: Request) -> String? {
        guard let last else { return nil }
        let kept = request.query.filter { !$0.name.isSame(ignoringCase: "$skiptoken") }.map { item in
            let name =
                item.name.hasPrefix("$")
                ? "$" + PercentEncoding.encode(String(item.name.dropFirst())) : PercentEncoding.encode(item.name)
            return "\(name)=\(PercentEncoding.encode(item.value))"
        }
        let query = (kept + ["$skiptoken=\(ListQuery.token(last))"]).joined(separator: "&")
        return "\(request.origin)\(request.path)?\(query)"
    }

    /// The page as an answer.
    func answer(_ request: Request, _ form: (Item) throws -> JSON) rethrows -> Response {
        var body = JSONObject()
        body["value"] = .array(try items.map(form))
        if let link = nextLink(request) { body["nextLink"] = .string(link) }
        return .json(.object(body))
    }
}
