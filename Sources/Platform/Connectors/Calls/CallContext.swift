import JSONTree
import Moments

/// What the templates of an adapter see of a call.
enum CallContext {
    static func make(
        _ draft: CallDraft,
        _ call: ConnectorCall,
        connection: Connection,
        now: Timestamp
    ) -> AdapterContext {
        var parameters = JSONObject()
        for (name, value) in connection.parameters.sorted(by: { $0.key < $1.key }) { parameters[name] = value }
        return AdapterContext(
            values: [
                "request": request(draft), "connection": .string(call.connection),
                "connectionParameters": .object(parameters), "cursor": call.cursor ?? .null, "marker": .null,
                "key": .null,
                "guid": .null,
                "steps": .object(JSONObject()), "answer": .null, "pages": .null, "subscription": .null,
            ],
            now: now
        )
    }

    /// The call as templates see it.
    static func request(_ draft: CallDraft) -> JSON {
        var queries = JSONObject()
        for pair in (draft.rawQuery ?? "").split(separator: "&") {
            let name = Percent.decode(plain(pair.prefix { $0 != "=" }))
            queries[name] = .string(Percent.decode(plain(pair.drop { $0 != "=" }.dropFirst())))
        }
        for (name, value) in draft.queries { queries[name] = .string(value) }
        var headers = JSONObject()
        for (name, value) in draft.headers { headers[name.lowercased()] = .string(value) }
        var path = JSONObject()
        for (name, value) in draft.pathValues.sorted(by: { $0.key < $1.key }) {
            path[name] = .string(Percent.decode(value))
        }
        return [
            "method": .string(draft.method), "path": .string(draft.path), "parameters": .object(path),
            "queries": .object(queries), "headers": .object(headers), "body": draft.body ?? .null,
        ]
    }

    private static func plain(_ text: Substring) -> String { String(text).replacing("+", with: " ") }
}
