/// Percent-encoding as RFC 3986 has it.
enum Percent {
    /// Encodes everything but letters, digits, `-`, `.`, `_` and `~`.
    static func encode(_ text: String) -> String { encode(text, keeping: "") }

    /// The same, but keeps more characters of ASCII.
    static func encode(_ text: String, keeping more: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || more.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes; a percent sign that begins no byte stays as it is.
    static func decode(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = value(bytes[index + 1]), let low = value(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let hex = Array("0123456789ABCDEF".utf8)

    /// The byte of two hexadecimal digits; nil when they are none.
    static func byte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, let first = digits.first, let last = digits.last, let high = value(first),
            let low = value(last)
        else { return nil }
        return high << 4 | low
    }

    /// A byte as `%XX`.
    static func encoded(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~".utf8.contains(byte)
    }
}

/// Addresses put together from their parts.
enum URLText {
    /// Joins a base and a path with exactly one slash, as OpenAPI appends paths: `/v1` and `/` are `/v1/`.
    ///
    /// Without path the base has no slash at its end; nor has an address of nothing but a host, whose root is meant anyway.
    static func join(_ base: String, _ path: String) -> String {
        let slash = UInt8(ascii: "/")
        let end = base.utf8.lastIndex { $0 != slash }.map { base.utf8.index(after: $0) } ?? base.startIndex
        let trimmed = base[..<end]
        let rest = path.utf8.firstIndex { $0 != slash }.map { path[$0...] } ?? ""
        let authority = trimmed.firstPlace(of: "://").map { trimmed.index($0, offsetBy: 3) } ?? trimmed.startIndex
        let hasPath = trimmed[authority...].holds("/")
        return rest.isEmpty && !(hasPath && !path.isEmpty) ? String(trimmed) : "\(trimmed)/\(rest)"
    }

    /// Scheme, host and port of an address in small letters; nil when it is not absolute.
    static func origin(_ url: String) -> String? {
        guard let mark = url.firstPlace(of: "://") else { return nil }
        let authority = url[url.index(mark, offsetBy: 3)...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.isEmpty ? nil : "\(url[..<mark])://\(authority)".lowercased()
    }

    /// The address with a query parameter added; the name keeps `$`, which services expect bare, and the value what it is told to.
    static func adding(_ name: String, _ value: String, keeping kept: String = "", to url: String) -> String {
        let value = Percent.encode(value, keeping: kept)
        return "\(url)\(url.holds("?") ? "&" : "?")\(Percent.encode(name, keeping: "$"))=\(value)"
    }
}
