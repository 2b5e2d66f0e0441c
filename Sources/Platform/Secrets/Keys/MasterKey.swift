import Content
import Crypto
import Stores

/// The key that wraps all other keys; it is never in the database.
struct MasterKey: Sendable {
    let key: SymmetricKey

    /// Names the key without telling anything about it: 16 hexadecimal digits.
    let id: String

    init(key: SymmetricKey) {
        self.key = key
        let code = HMAC<SHA256>.authenticationCode(for: Array("tocsin master key id".utf8), using: key)
        id = code.prefix(8).map { Self.hex($0) }.joined()
    }

    /// A new random key.
    static func generate() -> MasterKey { MasterKey(key: SymmetricKey(size: .bits256)) }

    /// Reads the text of a key: 64 hexadecimal digits, or Base64 of 32 bytes; lines that begin with `#` are comments.
    ///
    /// - Parameters:
    ///   - text: The text of the file or setting.
    ///   - place: Where it came from, for the message.
    /// - Throws: ``SecretsError/Code/masterKeyInvalid``.
    init(text: String, place: String) throws {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        let digits = lines.joined().filter { !$0.isWhitespace }
        let bytes = Self.bytes(hexadecimal: digits) ?? Base64.decode(digits, mode: .lenient)
        guard let bytes, bytes.count == 32 else {
            throw SecretsError(
                .masterKeyInvalid,
                "The master key in \(place) must be 32 bytes, as 64 hexadecimal digits or in Base64."
            )
        }
        self.init(key: SymmetricKey(data: bytes))
    }

    /// The text that is kept in a file.
    var text: String {
        """
        # Master key of a Tocsin server. Whoever has it can read the server's secrets; without it no one can.
        # Keep a copy apart from the backups of the data.
        \(key.withUnsafeBytes { $0.map { Self.hex($0) }.joined() })

        """
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        guard text.utf8.count == 64 else { return nil }
        var result: [UInt8] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            result.append(byte)
            rest = rest.dropFirst(2)
        }
        return result
    }
}
