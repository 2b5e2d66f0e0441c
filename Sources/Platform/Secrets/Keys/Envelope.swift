import Crypto
import FoundationEssentials

/// The form of sealed bytes: AES-256-GCM under a key of its own for each message.
///
///     version (1) · data key's number (4) · salt (12) · nonce (12) · ciphertext · tag (16)
///
/// The message's key is HMAC-SHA256 of the data key over salt and tenant. With salt and nonce random, 192 bits differ
/// from message to message, so that one data key may seal any number of them, and a tenant's bytes never open for another.
enum Envelope {
    static let version: UInt8 = 1
    static let headerSize = 1 + 4 + 12 + 12
    static let tagSize = 16

    static func seal(
        _ plaintext: [UInt8],
        keyNumber: UInt32,
        key: SymmetricKey,
        tenant: String,
        context: String
    ) throws -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        var result: [UInt8] = []
        result.reserveCapacity(headerSize + plaintext.count + tagSize)
        result.append(version)
        for shift in [24, 16, 8, 0] { result.append(UInt8(truncatingIfNeeded: keyNumber >> UInt32(shift))) }
        for _ in 0..<3 {
            var word = random.next()
            for _ in 0..<8 {
                result.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        let nonce = try AES.GCM.Nonce(data: result[17..<29])
        let messageKey = messageKey(key, salt: result[5..<17], tenant: tenant)
        let associated = associatedData(result[0..<5], tenant: tenant, context: context)
        let box = try AES.GCM.seal(plaintext, using: messageKey, nonce: nonce, authenticating: associated)
        result.append(contentsOf: box.ciphertext)
        result.append(contentsOf: box.tag)
        return result
    }

    /// The number of the data key that sealed bytes need.
    static func keyNumber(of sealed: [UInt8]) throws -> UInt32 {
        guard sealed.count >= headerSize + tagSize, sealed[0] == version else { throw notAuthentic }
        return sealed[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func open(_ sealed: [UInt8], key: SymmetricKey, tenant: String, context: String) throws -> [UInt8] {
        guard sealed.count >= headerSize + tagSize, sealed[0] == version else { throw notAuthentic }
        let end = sealed.count - tagSize
        do {
            let box = try AES.GCM.SealedBox(
                nonce: try AES.GCM.Nonce(data: sealed[17..<29]),
                ciphertext: sealed[headerSize..<end],
                tag: sealed[end...]
            )
            let messageKey = messageKey(key, salt: sealed[5..<17], tenant: tenant)
            let associated = associatedData(sealed[0..<5], tenant: tenant, context: context)
            return Array(try AES.GCM.open(box, using: messageKey, authenticating: associated))
        } catch {
            // Which check failed is of use only to an attacker.
            throw notAuthentic
        }
    }

    private static func messageKey(_ key: SymmetricKey, salt: ArraySlice<UInt8>, tenant: String) -> SymmetricKey {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: Array("tocsin seal 1".utf8))
        mac.update(data: salt)
        mac.update(data: Array(tenant.utf8))
        return SymmetricKey(data: mac.finalize())
    }

    /// Version, key number, tenant and context; the tenant's length keeps one from running into the other.
    private static func associatedData(_ header: ArraySlice<UInt8>, tenant: String, context: String) -> [UInt8] {
        var data = Array(header)
        data.append(contentsOf: "\(tenant.utf8.count):".utf8)
        data.append(contentsOf: tenant.utf8)
        data.append(contentsOf: context.utf8)
        return data
    }

    static let notAuthentic = SecretsError(
        .notAuthentic,
        "Sealed bytes do not open: they were changed, belong elsewhere, or the key is another."
    )
}
