public import JSONTree

/// Multipart contents (RFC 2046): several contents, each with headers, between lines of a boundary.
public enum Multipart {
    /// One part as it was read; its transfer encoding, which HTTP does not use, is not undone.
    public struct Part: Sendable, Hashable {
        /// The headers in order; names as they were sent.
        public var headers: [Header]
        /// The content.
        public var bytes: [UInt8]

        /// Makes a part.
        public init(headers: [Header], bytes: [UInt8]) {
            self.headers = headers
            self.bytes = bytes
        }

        /// The value of the first header of a name in any case, nil when there is none.
        public subscript(_ name: String) -> String? {
            headers.first { $0.name.isSame(ignoringCase: name) }?.value
        }

        /// The part as an envelope carries it: `{"headers": {…}, "body": …}`, the body by its content type.
        func json(_ limits: ContentLimits, depth: Int) -> JSON {
            var names = JSONObject()
            for header in headers {
                let known = names.member(ignoringCase: header.name)
                let before = known?.value.stringValue.map { $0 + ", " } ?? ""
                names[known?.name ?? header.name] = .string(before + header.value)
            }
            return [
                "headers": .object(names),
                "body": Content.value(bytes[...], self["Content-Type"], limits, depth: depth),
            ]
        }
    }

    /// One header of a part.
    public struct Header: Sendable, Hashable {
        /// The name as it was sent.
        public var name: String
        /// The value without white space around it; folded lines are joined by a blank.
        public var value: String

        /// Makes a header.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Reads the parts of a content; what stands before the first and after the last boundary is ignored.
    ///
    /// Lines may end with CR LF or LF. A content that ends without its last boundary is not accepted.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - boundary: The boundary that its content type names, at most 70 bytes.
    ///   - limits: Bounds.
    /// - Returns: The parts, or nil when the content is malformed or goes beyond the limits.
    public static func parts(
        of bytes: some Collection<UInt8>,
        boundary: String,
        limits: ContentLimits = .default
    ) -> [Part]? {
        guard 1...70 ~= boundary.utf8.count else { return nil }
        return Array(bytes).withUnsafeBufferPointer { buffer in
            var reader = MultipartReader(bytes: buffer, delimiter: Array("--\(boundary)".utf8), limits: limits)
            return reader.parts()
        }
    }

    /// Writes parts given as values.
    ///
    /// The boundary is that of the content type or, when it has none, one that is made from the contents and stands in
    /// none of them; the same parts give the same bytes.
    ///
    /// - Parameters:
    ///   - parts: Objects with `headers` (texts) and `body` (any value, by the rules of ``Content/bytes(of:contentType:)``).
    ///   - contentType: The content type, such as `multipart/form-data`.
    /// - Returns: The content, and its content type with the boundary.
    /// - Throws: ``ContentError`` when a part is no such object or its body cannot be made into bytes.
    public static func write(
        _ parts: [JSON],
        contentType: String
    ) throws(ContentError) -> (bytes: [UInt8], contentType: String?) {
        var written: [Part] = []
        for part in parts { written.append(try Self.part(part)) }
        var type = ContentType(parsing: contentType) ?? ContentType("multipart", "form-data")
        let boundary: String
        if let given = type["boundary"], 1...70 ~= given.utf8.count {
            boundary = given
        } else {
            boundary = freeBoundary(written)
            type.parameters.removeAll { $0.name == "boundary" }
            type.parameters.append(.init(name: "boundary", value: boundary))
        }
        return (write(written, boundary: boundary), type.text)
    }

    /// Writes parts between lines of a boundary, which must stand in none of them.
    public static func write(_ parts: [Part], boundary: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(parts.reduce(0) { $0 + $1.bytes.count + 256 })
        for part in parts {
            output += "--\(boundary)\r\n".utf8
            for header in part.headers { output += "\(header.name): \(header.value)\r\n".utf8 }
            output += "\r\n".utf8
            output += part.bytes
            output += "\r\n".utf8
        }
        output += "--\(boundary)--\r\n".utf8
        return output
    }

    private static func part(_ json: JSON) throws(ContentError) -> Part {
        guard case .object(let object) = json else {
            throw ContentError(
                code: .badPart,
                message: "Each element of '$multipart' must be an object with 'headers' and 'body'."
            )
        }
        var headers: [Header] = []
        for (name, value) in object["headers"]?.objectValue ?? [:] where !value.isNull {
            headers.append(Header(name: safe(name), value: safe(value.stringValue ?? value.text)))
        }
        let ownType = headers.first { $0.name.isSame(ignoringCase: "Content-Type") }?.value
        let (bytes, type) = try Content.bytes(of: object["body"] ?? .null, contentType: ownType)
        if ownType == nil, let type { headers.append(Header(name: "Content-Type", value: type)) }
        return Part(headers: headers, bytes: bytes)
    }

    /// A header's text without line breaks, which would begin another header.
    private static func safe(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\r" && $0 != "\n" && $0 != "\0" }))
    }

    /// A boundary made from the contents (FNV-1a) that stands in none of them.
    private static func freeBoundary(_ parts: [Part]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts {
            for byte in part.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
        }
        while true {
            let digits = String(hash, radix: 16)
            let boundary = "tocsin-" + String(repeating: "0", count: 16 - digits.count) + digits
            let line = Array("--\(boundary)".utf8)
            if !parts.contains(where: { contains(line, $0.bytes) }) { return boundary }
            hash &+= 1
        }
    }

    private static func contains(_ needle: [UInt8], _ bytes: [UInt8]) -> Bool {
        guard bytes.count >= needle.count else { return false }
        return bytes.indices.dropLast(needle.count - 1).contains { place in
            bytes[place] == 0x2D && bytes[place..<place + needle.count].elementsEqual(needle)
        }
    }
}
