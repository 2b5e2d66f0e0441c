import Stores

/// Stands in for the server's keys in golden data folders: the same for every release, and no text stays readable.
struct FixedSealer: Sealer {
    struct Refusal: Error {}

    func seal(_ plaintext: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        hash(plaintext, tenant + "|" + context) + plaintext.map { $0 ^ 0x2A }
    }

    func open(_ sealed: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        let plaintext = sealed.dropFirst(32).map { $0 ^ 0x2A }
        guard Array(sealed.prefix(32)) == hash(plaintext, tenant + "|" + context) else { throw Refusal() }
        return plaintext
    }

    func fingerprint(_ bytes: [UInt8], tenant: String) -> [UInt8] { hash(bytes, tenant) }

    private func hash(_ bytes: [UInt8], _ salt: String) -> [UInt8] {
        var lanes: [UInt64] = [
            0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15, 0x1234_5678_9abc_def1, 0xfeed_beef_0bad_cafe,
        ]
        for byte in Array(salt.utf8) + bytes {
            for index in lanes.indices {
                lanes[index] = (lanes[index] ^ UInt64(byte)) &* 0x100_0000_01b3 &+ UInt64(index)
            }
        }
        return lanes.flatMap { lane in (0..<8).map { UInt8(truncatingIfNeeded: lane >> UInt64($0 * 8)) } }
    }
}
