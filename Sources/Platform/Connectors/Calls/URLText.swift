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

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~".utf8.contains(byte)
    }
}

/// Addresses put together from their parts.
enum URLText {
    /// Joins a base and a path with exactly one slash; without path, the base has none at its end.
    static func join(_ base: String, _ path: String) -> String {
        let trimmed = String(base.reversed().drop { $0 == "/" }.reversed())
        let rest = path.drop { $0 == "/" }
        return rest.isEmpty ? trimmed : "\(trimmed)/\(rest)"
    }

    /// Scheme, host and port of an address in small letters; nil when it is not absolute.
    static func origin(_ url: String) -> String? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let authority = url[mark.upperBound...].prefix { !"/?#".contains($0) }
        return authority.isEmpty ? nil : "\(url[..<mark.lowerBound])://\(authority)".lowercased()
    }

    /// The address with a query parameter added; the name keeps `$`, which services expect bare.
    static func adding(_ name: String, _ value: String, to url: String) -> String {
        "\(url)\(url.contains("?") ? "&" : "?")\(Percent.encode(name, keeping: "$"))=\(Percent.encode(value))"
    }
}
