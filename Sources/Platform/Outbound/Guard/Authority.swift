/// Reads the part of a URL between the slashes: host and port.
enum Authority {
    static func read(
        _ bytes: [UInt8],
        defaultPort: Int
    ) throws(OutboundError) -> (host: OutboundURL.Host, port: Int) {
        guard !bytes.contains(UInt8(ascii: "@")) else {
            throw .refused("The URL holds a user name. Give credentials by the authentication of the call.")
        }
        guard !bytes.contains(UInt8(ascii: "\\")) else {
            throw .refused("The URL holds a backslash before its path, which programs read in different ways.")
        }
        var hostBytes = bytes
        var portBytes: [UInt8]?
        if bytes.first == UInt8(ascii: "["), let end = bytes.lastIndex(of: UInt8(ascii: "]")) {
            hostBytes = Array(bytes[...end])
            let behind = bytes[(end + 1)...]
            guard behind.isEmpty || behind.first == UInt8(ascii: ":") else {
                throw .invalidURL("only a port may follow the address in brackets")
            }
            portBytes = behind.isEmpty ? nil : Array(behind.dropFirst())
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            hostBytes = Array(bytes[..<colon])
            portBytes = Array(bytes[(colon + 1)...])
        }
        return (try host(hostBytes), try port(portBytes) ?? defaultPort)
    }

    private static func port(_ bytes: [UInt8]?) throws(OutboundError) -> Int? {
        guard let bytes, !bytes.isEmpty else { return nil }
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }), bytes.count <= 5,
            let number = Int(String(decoding: bytes, as: UTF8.self)), (1...65_535).contains(number)
        else { throw .invalidURL("a port is a number from 1 to 65535") }
        return number
    }

    private static func host(_ bytes: [UInt8]) throws(OutboundError) -> OutboundURL.Host {
        if bytes.first == UInt8(ascii: "[") {
            guard bytes.last == UInt8(ascii: "]"), let value = IPAddress.readV6(Array(bytes.dropFirst().dropLast()))
            else { throw .invalidURL("between brackets must be an IPv6 address without a zone") }
            return .address(.v6(value))
        }
        guard !bytes.contains(UInt8(ascii: "%")) else {
            throw .refused("The host of the URL is percent-encoded. Write it plainly.")
        }
        var name = String(decoding: bytes, as: UTF8.self)
        if !bytes.allSatisfy({ $0 < 0x80 }) {
            guard let ascii = InternationalName.ascii(name) else {
                throw .refused("The host name of the URL holds characters that no host name can have.")
            }
            name = ascii
        }
        name = name.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty else { throw .invalidURL("it has no host") }
        if endsInNumber(name) {
            guard let value = IPAddress.readV4(Array(name.utf8)) else {
                throw .refused(
                    "The host '\(name)' is an IPv4 address in an unusual form. Write four decimal numbers without "
                        + "leading zeros."
                )
            }
            return .address(.v4(value))
        }
        guard isName(name) else { throw .invalidURL("'\(name)' is not a host name") }
        return .name(name)
    }

    /// Whether the last label is a number, decimal or hexadecimal, so that some resolver takes the whole for an address.
    private static func endsInNumber(_ name: String) -> Bool {
        let last = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).last ?? []
        if !last.isEmpty, last.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        guard last.starts(with: "0x".utf8) else { return false }
        return last.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil }
    }

    private static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 253 else { return false }
        return name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
        }
    }
}
