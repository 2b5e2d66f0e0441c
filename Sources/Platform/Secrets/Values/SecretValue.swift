import Crypto

/// A secret in memory: it never shows itself in a log, an error, a debugger's description or JSON.
///
/// The bytes come out only through ``bytes`` and ``text``, which are easy to search for. The memory is cleared when the
/// last copy goes. It is not `Codable` on purpose.
public struct SecretValue: Sendable {
    private let key: SymmetricKey

    /// Takes bytes as a secret.
    ///
    /// - Parameter bytes: The bytes.
    public init(bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

    /// Takes text as a secret, in UTF-8.
    ///
    /// - Parameter text: The text.
    public init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    /// The bytes in clear; hand them on at once to where they are needed.
    public var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// The text in clear; bytes that are not UTF-8 become replacement characters.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// How many bytes it has.
    public var count: Int { key.bitCount / 8 }

    /// Whether another secret has the same bytes, in a time that does not depend on where they differ.
    ///
    /// - Parameter other: The other secret.
    /// - Returns: True when all bytes are the same.
    public func isEqual(to other: SecretValue) -> Bool {
        key.withUnsafeBytes { mine in other.key.withUnsafeBytes { ConstantTime.areEqual(mine, $0) } }
    }

    /// A secret of random bytes.
    ///
    /// - Parameter count: How many bytes.
    /// - Returns: The secret.
    public static func random(count: Int) -> SecretValue {
        SecretValue(key: SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)))
    }

    private init(key: SymmetricKey) { self.key = key }
}

extension SecretValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<secret>`.
    public var description: String { "<secret>" }

    /// Always `<secret>`.
    public var debugDescription: String { "<secret>" }

    /// Shows no parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
