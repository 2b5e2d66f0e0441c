import JSONTree

/// Where the items are in the body of a list.
enum ListShape {
    /// The member that holds the items; nil when the body is the array, or when it is no list.
    static func member(of body: JSON) -> String? {
        guard let object = body.objectValue else { return nil }
        let arrays = object.filter { $0.value.arrayValue != nil }
        let known = ["value", "items", "data", "results", "result", "resources"]
        for name in known {
            if let found = arrays.first(where: { $0.name.isSame(ignoringCase: name) }) { return found.name }
        }
        return arrays.first { $0.value.arrayValue?.first?.objectValue != nil }?.name ?? arrays.first?.name
    }

    static func items(of body: JSON) -> [JSON]? {
        if let items = body.arrayValue { return items }
        return member(of: body).flatMap { body[$0]?.arrayValue }
    }

    static func body(_ body: JSON, with items: [JSON]) -> JSON {
        guard let name = member(of: body), case .object(var object) = body else { return .array(items) }
        object[name] = .array(items)
        for count in ["count", "total", "total_count", "totalCount", "@odata.count"]
        where object[count]?.isNumber == true {
            object[count] = .integer(Int64(items.count))
        }
        return .object(object)
    }
}
