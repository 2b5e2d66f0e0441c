import JSONTree

/// What is sent in place of a call: templates for any part of a request.
struct AdapterRequest: Sendable {
    static let members: Set<String> = ["method", "path", "queries", "headers", "body", "host"]

    let method: AdapterTemplate?
    let path: AdapterTemplate?
    let queries: AdapterTemplate?
    let headers: AdapterTemplate?
    let body: AdapterTemplate?
    /// Gives the name of a host of the adapter; nil means the main one.
    let host: AdapterTemplate?

    init(_ json: JSON, _ reader: AdapterReader, _ what: String, mayHaveMore: Bool = false) throws {
        if !mayHaveMore { try reader.only(Self.members, in: json, "'\(what)'") }
        method = try reader.optional(json, "method", in: what)
        path = try reader.optional(json, "path", in: what)
        queries = try reader.optional(json, "queries", in: what)
        headers = try reader.optional(json, "headers", in: what)
        body = try reader.optional(json, "body", in: what)
        host = try reader.optional(json, "host", in: what)
    }

    /// The name of the host, where it is the same for every call.
    var constantHost: String? { host?.constant?.stringValue }

    /// The draft of the request.
    ///
    /// - Parameters:
    ///   - draft: The call; what the adapter does not name stays as it is there.
    ///   - context: What the templates see.
    /// - Returns: The request.
    /// - Throws: ``ConnectorError`` with `.adapterFailed`.
    func apply(to draft: CallDraft, _ context: AdapterContext) throws -> CallDraft {
        var result = draft
        result.host = try host.map { try context.evaluate($0, "host") }?.nonNull?.stringValue
        result.isMapped = true
        if let method { result.method = try text(method, context, "method").uppercased() }
        if let path {
            let full = try text(path, context, "path")
            let mark = full.firstIndex(of: "?") ?? full.endIndex
            result.path = String(full[..<mark])
            result.rawQuery = mark == full.endIndex ? nil : String(full[full.index(after: mark)...])
        }
        if let queries { result.queries = try pairs(queries, context, "queries") }
        if let headers {
            result.headers = try pairs(headers, context, "headers")
            // The body stays that of the call, and so does what it says of it.
            let type = draft.headers.first { $0.name.isSame(ignoringCase: "Content-Type") }
            if body == nil, let type, !result.headers.contains(where: { $0.name.isSame(ignoringCase: type.name) }) {
                result.headers.append(type)
            }
        }
        if let body {
            let value = try context.evaluate(body, "body")
            result.body = value.isNull ? nil : value
            result.hasMappedBody = true
        } else if result.method != draft.method, ["GET", "HEAD", "DELETE"].contains(result.method) {
            result.body = nil
            result.headers.removeAll { $0.name.isSame(ignoringCase: "Content-Type") }
        }
        return result
    }

    private func text(_ template: AdapterTemplate, _ context: AdapterContext, _ what: String) throws -> String {
        let value = try context.evaluate(template, what)
        guard let text = value.stringValue, !text.isEmpty else {
            throw ConnectorError(.adapterFailed, "The adapter's '\(what)' is no text.")
        }
        return text
    }

    /// The members as name and text; null means that there is none, an array that there are several.
    private func pairs(
        _ template: AdapterTemplate,
        _ context: AdapterContext,
        _ what: String
    ) throws -> [(name: String, value: String)] {
        let value = try context.evaluate(template, what)
        guard let object = value.objectValue else {
            throw ConnectorError(.adapterFailed, "The adapter's '\(what)' is no object.")
        }
        var pairs: [(name: String, value: String)] = []
        for (name, value) in object {
            for item in value.arrayValue ?? [value] where !item.isNull {
                pairs.append((name, item.stringValue ?? item.text))
            }
        }
        return pairs
    }
}
