import Content
import Engine
import JSONTree
import Serving

/// Reads a call of a callback address: headers, query and body as values.
enum CallReader {
    /// The largest body in bytes: 100 MiB (section 16).
    static let bodyLimit = 104_857_600

    /// The names in the query that belong to the signature and do not reach the workflow.
    private static let signed: Set<String> = ["api-version", "sp", "sv", "sig", "se"]

    /// The call of a trigger.
    ///
    /// `prefix`: how many parts of the path stand before the relative path.
    static func call(_ request: Request, prefix: Int) throws(Problem) -> RequestTrigger.Call {
        RequestTrigger.Call(
            method: request.method,
            path: relativePath(request.path, prefix: prefix),
            queries: queries(request),
            headers: headers(request),
            body: try body(request)
        )
    }

    /// The call of an action's callback address, as its outputs show it.
    static func outputs(_ request: Request) throws(Problem) -> JSON {
        var outputs = JSONObject()
        var headers = headers(request)
        for (name, _) in headers where name.isSame(ignoringCase: "authorization") { headers[name] = nil }
        outputs["headers"] = .object(headers)
        if let body = try body(request) { outputs["body"] = body }
        let queries = queries(request)
        if !queries.isEmpty { outputs["queries"] = .object(queries) }
        return .object(outputs)
    }

    private static func relativePath(_ path: String, prefix: Int) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true).dropFirst(prefix)
        return parts.map { "/" + String(decoding: $0, as: UTF8.self) }.joined()
    }

    private static func queries(_ request: Request) -> JSONObject {
        var queries = JSONObject()
        for item in request.query where !signed.contains(item.name.lowercased()) {
            let known = queries[item.name]?.stringValue
            queries[item.name] = .string(known.map { "\($0),\(item.value)" } ?? item.value)
        }
        return queries
    }

    private static func headers(_ request: Request) -> JSONObject {
        var headers = JSONObject()
        for (name, value) in request.headers {
            if let known = headers.member(ignoringCase: name) {
                headers[known.name] = .string("\(known.value.stringValue ?? ""), \(value)")
            } else {
                headers[name] = .string(value)
            }
        }
        return headers
    }

    /// The body by its content type; nil when there is none.
    ///
    /// - Throws: `Problem` 400 when it says that it is JSON and is not, 415 when it is compressed.
    static func body(_ request: Request) throws(Problem) -> JSON? {
        guard !request.body.isEmpty else { return nil }
        if let encoding = request.headers["Content-Encoding"], !encoding.isSame(ignoringCase: "identity") {
            throw Problem(
                status: 415,
                code: "UnsupportedContentEncoding",
                message: "The Content-Encoding '\(encoding.prefix(40))' is not taken here; send the body uncompressed."
            )
        }
        let header = request.headers["Content-Type"]
        if let header, let type = ContentType(parsing: header), type.isJSON, type.charset == .utf8 {
            do throws(JSONError) {
                return try JSON.parse(request.body)
            } catch {
                throw Problem(
                    status: 400,
                    code: "InvalidRequestContent",
                    message:
                        "The request content is not valid JSON at line \(error.line), column \(error.column): \(error.message)"
                )
            }
        }
        return Content.value(bytes: request.body, contentType: header)
    }
}
