import Content
public import Durable
public import JSONTree
import Playbooks

/// A call as an Http-like action describes it (section 6.1), before it becomes bytes.
public struct HTTPCall: Sendable {
    /// The method, upper case.
    public var method: String
    /// The address with its query.
    public var uri: String
    /// The headers that are sent, in order.
    public var headers: [(name: String, value: String)]
    /// The body as a value; nil: none.
    public var body: JSON?
    /// The `authentication` object, if any.
    public var authentication: JSON?

    /// Reads the inputs of an Http action, or of one part of a webhook.
    ///
    /// - Throws: `RunError` with code `InvalidTemplate` when a part has the wrong type.
    public init(inputs: JSON) throws(RunError) {
        guard let method = inputs[ignoringCase: "method"].map(TextConversion.text), !method.isEmpty else {
            throw RunError("InvalidTemplate", "Required property 'method' expects a value but got null. Path ''.")
        }
        guard let address = inputs[ignoringCase: "uri"]?.stringValue else {
            throw RunError("InvalidTemplate", "The property 'uri' must be of type String.")
        }
        self.method = method.uppercased()
        uri = Self.address(address, inputs[ignoringCase: "queries"])
        guard uri.utf8.count <= 16_384 else {
            throw RunError(
                "InvalidTemplate",
                "The uri has \(uri.utf8.count) characters; the limit is 16384. Send the values in the body."
            )
        }
        headers = []
        for (name, value) in inputs[ignoringCase: "headers"]?.objectValue ?? JSONObject()
        where !value.isNull && !Self.isDropped(name) {
            headers.append((name, Self.headerText(value)))
        }
        if let cookie = inputs[ignoringCase: "cookie"]?.stringValue { headers.append(("Cookie", cookie)) }
        body = inputs[ignoringCase: "body"].flatMap(\.nonNull)
        authentication = inputs[ignoringCase: "authentication"].flatMap(\.nonNull)
        if let value = authentication.flatMap(Self.authorization) { headers.append(("Authorization", value)) }
        if let body, !headers.contains(where: { $0.name.isSame(ignoringCase: "content-type") }),
            let type = Self.contentType(of: body)
        {
            headers.append(("Content-Type", type))
        }
    }

    /// The header of the kinds that need no token service (section 12.1): Raw and Basic.
    private static func authorization(_ authentication: JSON) -> String? {
        func part(_ name: String) -> String { authentication[ignoringCase: name].map(TextConversion.text) ?? "" }
        switch authentication[ignoringCase: "type"]?.stringValue?.lowercased() {
        case "raw": return part("value")
        case "basic": return "Basic " + Base64.encode(Array("\(part("username")):\(part("password"))".utf8))
        default: return nil
        }
    }

    /// Adds what the engine tells the other side about the run (section 6.1), unless the action suppresses it.
    public mutating func addWorkflowHeaders(of effect: ActionEffect, run: RunHeader) {
        guard !effect.node.options.contains(.suppressWorkflowHeaders) else { return }
        for (name, value) in WorkflowHeaders.of(effect, run: run)
        where !headers.contains(where: { $0.name.isSame(ignoringCase: name) }) {
            headers.append((name, value))
        }
    }

    /// Makes a call from parts.
    public init(
        method: String,
        uri: String,
        headers: [(name: String, value: String)] = [],
        body: JSON? = nil,
        authentication: JSON? = nil
    ) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
        self.authentication = authentication
    }

    /// Appends queries to an address, percent-encoded.
    static func address(_ address: String, _ queries: JSON?) -> String {
        guard let queries = queries?.objectValue, !queries.isEmpty else { return address }
        var result = address
        var separator: Character = address.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        for (name, value) in queries where !value.isNull {
            result.append(separator)
            result += "\(PercentEncoding.encode(name))=\(PercentEncoding.encode(TextConversion.text(value)))"
            separator = "&"
        }
        return result
    }

    private static func headerText(_ value: JSON) -> String {
        // A header value is one line: whatever would begin another header is taken out.
        let text = TextConversion.text(value)
        guard text.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) else { return text }
        return String(text.unicodeScalars.filter { $0 != "\r" && $0 != "\n" && $0 != "\0" }.map(Character.init))
    }

    private static func contentType(of body: JSON) -> String? {
        if let type = body["$content-type"]?.stringValue { return type }
        return body.stringValue == nil ? "application/json" : nil
    }

    /// Headers that the engine sets itself and takes from nobody.
    private static func isDropped(_ name: String) -> Bool {
        let lower = name.lowercased()
        if lower.hasPrefix("accept-") { return true }
        if lower.hasPrefix("content-") {
            return !["content-disposition", "content-encoding", "content-type"].contains(lower)
        }
        return [
            "allow", "cookie", "expires", "host", "last-modified", "origin", "set-cookie", "transfer-encoding",
        ].contains(lower)
    }
}
