import Content
import Crypto
import FoundationEssentials

/// A key that signs texts by HMAC-SHA256, such as the address of a callback.
public struct SigningKey: Sendable {
    private let key: SymmetricKey

    init(bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

    /// The signature of a text, in Base64 of URLs without padding: 43 characters.
    ///
    /// - Parameter text: What is signed, in UTF-8.
    /// - Returns: The signature.
    public func signature(of text: String) -> String {
        Base64.encode(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key), alphabet: .url, padded: false)
    }

    /// Whether a signature is this key's for a text, in a time that tells nothing.
    ///
    /// - Parameters:
    ///   - signature: The signature, in Base64 or Base64 of URLs, with or without padding.
    ///   - text: What was signed.
    /// - Returns: True when it is.
    public func isValid(_ signature: String, for text: String) -> Bool {
        guard signature.utf8.count <= 64, let bytes = Base64.decode(signature, mode: .lenient), bytes.count == 32 else {
            return false
        }
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: Array(text.utf8), using: key)
    }
}

/// The two keys of a subject: what either signed is valid, so that one can be changed while the other is in use.
public struct SigningKeys: Sendable {
    /// Which of the two.
    public enum Slot: String, Sendable, Hashable, CaseIterable {
        /// The one that signs unless another is asked for.
        case primary
        /// The one that takes over while the primary is changed.
        case secondary
    }

    /// Signs unless the other is asked for.
    public let primary: SigningKey
    /// Takes over while the primary is changed.
    public let secondary: SigningKey

    /// One of the two.
    ///
    /// - Parameter slot: Which.
    public subscript(slot: Slot) -> SigningKey { slot == .primary ? primary : secondary }

    /// The signature of a text by one of the two.
    ///
    /// - Parameters:
    ///   - text: What is signed.
    ///   - slot: Which key signs.
    /// - Returns: The signature, in Base64 of URLs without padding.
    public func signature(of text: String, by slot: Slot = .primary) -> String { self[slot].signature(of: text) }

    /// Whether either key signed a text.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - text: What was signed.
    /// - Returns: True when one of the two did.
    public func isValid(_ signature: String, for text: String) -> Bool {
        let first = primary.isValid(signature, for: text)
        let second = secondary.isValid(signature, for: text)
        return first || second
    }
}
