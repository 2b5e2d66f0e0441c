import Content
import Engine
import JSONTree
import Serving

/// Writes the content of a Response action as an HTTP answer (section 6.5).
enum ResponseWriter {
    /// The answer.
    ///
    /// A JSON body goes out as `application/json; charset=utf-8`, a text as `text/plain; charset=utf-8`, an envelope as its
    /// bytes with its own type, unless the action set a `Content-Type`.
    /// - Throws: `Problem` 502 when the body cannot be written, such as an envelope whose content is no Base64.
    static func response(_ content: ResponseContent) throws(Problem) -> Response {
        var headers = Headers()
        for (name, value) in content.headers.objectValue ?? JSONObject() {
            headers.add(name, value.stringValue ?? value.text)
        }
        let written = headers["Content-Type"]
        let body = content.body ?? .null
        let (bytes, type): ([UInt8], String?)
        do throws(ContentError) {
            (bytes, type) = try Content.bytes(of: body, contentType: written)
        } catch {
            throw Problem(
                status: 502,
                code: "InvalidResponseContent",
                message: "The body of the workflow's response cannot be sent: \(error.message)"
            )
        }
        if written == nil, !bytes.isEmpty { headers["Content-Type"] = self.type(of: body, type) }
        return Response(status: content.status, headers: headers, body: bytes)
    }

    private static func type(of body: JSON, _ type: String?) -> String {
        switch body {
        case .string: "text/plain; charset=utf-8"
        default: type == "application/json" || type == nil ? "application/json; charset=utf-8" : type ?? ""
        }
    }
}
