/// An absolute http or https URL that means one thing only, for every parser behind us.
///
/// Whatever two parsers could read differently (user names, encoded or unusual hosts, backslashes) is refused, and the
/// text that goes on is built anew from the parts that were checked.
public struct OutboundURL: Sendable, Hashable, CustomStringConvertible {
    /// Where a URL points to.
    public enum Host: Sendable, Hashable {
        /// A DNS name in ASCII, lower case, without a dot at its end.
        case name(String)
        /// An address literal.
        case address(IPAddress)
    }

    /// Whether the scheme is https.
    public let isSecure: Bool

    /// The host.
    public let host: Host

    /// The port: the one that is written, else 443 or 80.
    public let port: Int

    /// Path and query, percent-encoded, beginning with a slash.
    public let target: String

    /// The longest URL in bytes.
    public static let limit = 16_384

    /// Reads and checks a URL; a fragment is cut off.
    ///
    /// - Parameter text: The URL; blanks around it are ignored, blanks and other characters that a URL may not hold are
    ///   percent-encoded in path and query.
    /// - Throws: ``OutboundError`` with `.invalidRequest` or, for disguised hosts, `.refusedByGuard`.
    public init(_ text: String) throws(OutboundError) {
        let bytes = Array(text.utf8).trimmingBlanks()
        guard bytes.count <= OutboundURL.limit else {
            throw .invalidURL("the URL has \(bytes.count) bytes; at most \(OutboundURL.limit) are allowed")
        }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .invalidURL("the URL holds a control character")
        }
        let schemeEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.startIndex
        switch String(decoding: bytes[..<schemeEnd], as: UTF8.self).lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw .invalidURL("only http and https URLs can be called, written with their scheme")
        }
        var rest = bytes[(schemeEnd + 1)...]
        guard rest.starts(with: [0x2F, 0x2F]) else { throw .invalidURL("two slashes must follow the scheme") }
        rest = rest.dropFirst(2)
        let authorityEnd = rest.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? rest.endIndex
        let authority = Array(rest[rest.startIndex..<authorityEnd])
        (host, port) = try Authority.read(authority, defaultPort: isSecure ? 443 : 80)
        target = OutboundURL.target(rest[authorityEnd...])
    }

    private init(isSecure: Bool, host: Host, port: Int, target: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.target = target
    }

    /// The host as it is written in a URL: IPv6 addresses in brackets.
    public var hostText: String {
        switch host {
        case .name(let name): name
        case .address(.v4(let value)): IPAddress.v4(value).description
        case .address(.v6(let value)): "[\(IPAddress.v6(value))]"
        }
    }

    /// Scheme, host and port; credentials never leave the origin that they were meant for.
    public var origin: String {
        let usual = isSecure ? 443 : 80
        return (isSecure ? "https://" : "http://") + hostText + (port == usual ? "" : ":\(port)")
    }

    /// The URL.
    public var description: String { origin + target }

    /// The URL without its query, which may hold secrets.
    public var withoutQuery: String { origin + target.prefix { $0 != "?" } }

    /// The URL that a reference means when it is met in an answer from this URL (RFC 3986, section 5.2).
    ///
    /// - Parameter reference: The value of a `Location` header.
    /// - Returns: The absolute URL.
    /// - Throws: ``OutboundError`` as ``init(_:)`` does.
    public func resolving(_ reference: String) throws(OutboundError) -> OutboundURL {
        let bytes = Array(reference.utf8).trimmingBlanks()
        if bytes.starts(with: [0x2F, 0x2F]) {
            return try OutboundURL((isSecure ? "https:" : "http:") + String(decoding: bytes, as: UTF8.self))
        }
        let colon = bytes.firstIndex { !$0.isSchemeByte }
        if let colon, colon > 0, bytes[colon] == UInt8(ascii: ":") {
            return try OutboundURL(String(decoding: bytes, as: UTF8.self))
        }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }), bytes.count <= OutboundURL.limit else {
            throw .invalidURL("the location of the redirect is not a URL")
        }
        let path = target.prefix { $0 != "?" }
        var full: [UInt8]
        switch bytes.first {
        case nil, UInt8(ascii: "#"): full = Array(target.utf8)
        case UInt8(ascii: "?"): full = Array(path.utf8) + bytes
        case UInt8(ascii: "/"): full = bytes
        default:
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
            full = Array(folder.utf8) + bytes
        }
        let end = full.firstIndex { $0 == 0x3F || $0 == 0x23 } ?? full.endIndex
        full.replaceSubrange(..<end, with: OutboundURL.withoutDotSegments(full[..<end]))
        return OutboundURL(isSecure: isSecure, host: host, port: port, target: OutboundURL.target(full[...]))
    }

    private static func withoutDotSegments(_ path: ArraySlice<UInt8>) -> [UInt8] {
        var kept: [ArraySlice<UInt8>] = []
        let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch Array(segment) {
            case [0x2E]: if isLast { kept.append([]) }
            case [0x2E, 0x2E]:
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append([]) }
            default: kept.append(segment)
            }
        }
        return [0x2F] + Array(kept.joined(separator: [0x2F]))
    }

    private static func target(_ rest: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(rest.count + 1)
        if rest.first != UInt8(ascii: "/") { result.append(UInt8(ascii: "/")) }
        var index = rest.startIndex
        while index < rest.endIndex, rest[index] != UInt8(ascii: "#") {
            let byte = rest[index]
            let isEscape =
                byte == UInt8(ascii: "%") && index + 2 < rest.endIndex
                && rest[index + 1].hexadecimalValue != nil && rest[index + 2].hexadecimalValue != nil
            if isEscape || byte.isURLByte {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(byte.highHexadecimalDigit)
                result.append(byte.lowHexadecimalDigit)
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension OutboundError {
    static func invalidURL(_ message: String) -> OutboundError {
        OutboundError(code: .invalidRequest, message: "The URL cannot be called: \(message).", certainlyNotSent: true)
    }

    static func refused(_ message: String) -> OutboundError {
        OutboundError(code: .refusedByGuard, message: message, certainlyNotSent: true)
    }
}

extension [UInt8] {
    fileprivate func trimmingBlanks() -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return Array(self[first...last])
    }
}

extension UInt8 {
    fileprivate var isSchemeByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// Whether path and query may hold the byte as it is.
    fileprivate var isURLByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~!$&'()*+,;=:@/?".utf8.contains(self)
        }
    }

    fileprivate var highHexadecimalDigit: UInt8 { Array("0123456789ABCDEF".utf8)[Int(self >> 4)] }
    fileprivate var lowHexadecimalDigit: UInt8 { Array("0123456789ABCDEF".utf8)[Int(self & 15)] }
}
