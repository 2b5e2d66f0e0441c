/// The parts of an absolute URI, as .NET's `Uri` gives them.
struct URIParts {
    var scheme: String
    var host: String
    /// The port as written or the default of the scheme; -1 when there is none.
    var port: Int
    /// The path, `/` when empty under an authority.
    var path: String
    /// The query with `?`; empty when there is none.
    var query: String

    /// Reads an absolute URI; nil when the text is none.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(bytes[..<colon]) else { return nil }
        scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        var rest = bytes[(colon + 1)...]
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<hash] }
        query = ""
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = Self.escaped(rest[mark...])
            if query == "?" { query = "" }
            rest = rest[..<mark]
        }
        host = ""
        path = ""
        port = Self.defaultPorts[scheme] ?? -1
        let slash = UInt8(ascii: "/")
        guard rest.starts(with: [slash, slash]) else {
            // Schemes of servers need an authority.
            guard Self.defaultPorts[scheme] == nil, !rest.isEmpty else { return nil }
            path = Self.escaped(rest)
            return
        }
        rest = rest.dropFirst(2)
        let end = rest.firstIndex { $0 == slash || $0 == UInt8(ascii: "\\") } ?? rest.endIndex
        guard readAuthority(rest[..<end]) else { return nil }
        let rawPath = rest[end...].map { $0 == UInt8(ascii: "\\") ? slash : $0 }
        path = Self.withoutDots(Self.escaped(rawPath[...]))
        if path.isEmpty { path = "/" }
    }

    private mutating func readAuthority(_ authority: ArraySlice<UInt8>) -> Bool {
        var rest = authority
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[(at + 1)...] }
        var hostBytes = rest
        let hostEnd = rest.firstIndex(of: UInt8(ascii: "]")) ?? rest.startIndex
        if let colon = rest[hostEnd...].lastIndex(of: UInt8(ascii: ":")) {
            hostBytes = rest[..<colon]
            let digits = rest[(colon + 1)...]
            if !digits.isEmpty {
                guard digits.count <= 5, digits.allSatisfy(CharacterClasses.isDigit),
                    let value = Int(String(decoding: digits, as: UTF8.self)), value <= 65_535
                else { return false }
                port = value
            }
        }
        if hostBytes.isEmpty, scheme != "file" { return false }
        for byte in hostBytes where byte <= 0x20 || "<>\"{}|^`%\\".utf8.contains(byte) { return false }
        host = String(decoding: hostBytes, as: UTF8.self).lowercased()
        return true
    }

    private static let defaultPorts = [
        "http": 80, "https": 443, "ftp": 21, "ftps": 990, "ws": 80, "wss": 443, "gopher": 70, "nntp": 119, "telnet": 23,
        "ldap": 389, "net.tcp": 808, "sftp": 22, "ssh": 22,
    ]

    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A else { return false }
        return bytes.allSatisfy { byte in
            (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || CharacterClasses.isDigit(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// Percent-encodes what may not stand in a URI.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte <= 0x20 || byte >= 0x7F || "<>\"{}|^`\\".utf8.contains(byte) {
                result.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func withoutDots(_ path: String) -> String {
        guard path.contains("/.") else { return path }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        var kept: [Substring] = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".":
                if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}
