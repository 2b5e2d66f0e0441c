import Crypto
import Stores

/// Stands in for the server's keys: real encryption by a fixed key.
struct TestSealer: Sealer {
    private let key = SymmetricKey(data: Array(repeating: UInt8(7), count: 32))

    func seal(_ plaintext: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(plaintext, using: key, authenticating: Array("\(tenant)|\(context)".utf8))
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    func open(_ sealed: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return Array(try AES.GCM.open(box, using: key, authenticating: Array("\(tenant)|\(context)".utf8)))
    }

    func fingerprint(_ bytes: [UInt8], tenant: String) throws -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(tenant)|".utf8) + bytes, using: key))
    }
}
