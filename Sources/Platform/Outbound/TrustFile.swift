import Glibc

/// A file with certificates that a driver reads; one of our own is gone with this value.
public final class TrustFile: Sendable {
    /// The system's authorities, where Debian keeps them.
    public static let system = "/etc/ssl/certs/ca-certificates.crt"

    /// Where it is.
    public let path: String
    private let isOwn: Bool

    /// Writes the certificates into a file, or names the system's when there are none.
    ///
    /// - Parameters:
    ///   - certificates: Certificates in PEM.
    ///   - isWhole: Whether only these are trusted, and the system's are not.
    /// - Throws: ``OutboundError`` when the file cannot be written.
    public init(_ certificates: [String], isWhole: Bool) throws {
        guard !certificates.isEmpty else {
            (path, isOwn) = (Self.system, false)
            return
        }
        var template = Array("/tmp/tocsin-ca-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Self.failure() }
        defer { close(file) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isOwn = true
        var bytes = Array(certificates.joined(separator: "\n").utf8) + [0x0A]
        if !isWhole { bytes += Self.systemBytes() }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Self.failure() }
            done += count
        }
    }

    deinit { if isOwn { unlink(path) } }

    private static func systemBytes() -> [UInt8] {
        guard let file = fopen(system, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&part, 1, part.count, file)
            if count == 0 { return bytes }
            bytes += part[..<count]
        }
    }

    private static func failure() -> OutboundError {
        OutboundError(
            code: .invalidRequest,
            message: "The certificate authority of the connection cannot be written to a file in /tmp.",
            certainlyNotSent: true
        )
    }
}
