import Content
import Crypto
import CryptoExtras
import FoundationEssentials
import Stores

/// A hash of a password or app secret, by scrypt with a random salt.
///
/// Its text, which is what is kept, has the usual form `$scrypt$ln=14,r=8,p=1$salt$hash`, so that the cost can grow
/// without old hashes becoming invalid.
public struct PasswordHash: Sendable, Hashable {
    /// The text to keep; it does not reveal the password.
    public let text: String

    private static let cost = Cost(logRounds: 14, blockSize: 8, parallelism: 1)

    /// Computing a hash takes tens of milliseconds and 16 MiB: at most two at a time, on threads of their own.
    private static let threads = BlockingThreads("password-hash", threads: 2, queueLimit: 256)

    private struct Cost {
        let logRounds: Int
        let blockSize: Int
        let parallelism: Int

        /// scrypt takes 128 · r · (N + p) bytes and some more; a stored hash that asks for over 64 MiB is refused.
        var memory: Int { 128 * blockSize * ((1 << logRounds) + parallelism) + (1 << 20) }

        var isAllowed: Bool {
            (1...20).contains(logRounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
                && memory <= 64 << 20
        }
    }

    /// Takes a hash that was kept.
    ///
    /// - Parameter text: What ``text`` gave.
    public init(text: String) { self.text = text }

    /// Hashes a password.
    ///
    /// - Parameter password: The password.
    /// - Returns: The hash, another one each time.
    /// - Throws: `StoreError` when too many wait.
    public static func make(_ password: SecretValue) async throws -> PasswordHash {
        let salt = SecretValue.random(count: 16).bytes
        let hash = try await threads.run { try derive(password, salt, cost) }
        let parameters = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return PasswordHash(text: "$scrypt$\(parameters)$\(unpadded(salt))$\(unpadded(hash))")
    }

    /// Whether a password is the one that was hashed.
    ///
    /// - Parameter password: The password.
    /// - Returns: True when it is.
    /// - Throws: ``SecretsError``: `.invalidHash` when the kept text is none; `StoreError` when too many wait.
    public func isMatched(by password: SecretValue) async throws -> Bool {
        let (cost, salt, expected) = try parts()
        let hash = try await Self.threads.run { try Self.derive(password, salt, cost) }
        return ConstantTime.areEqual(hash, expected)
    }

    private static func derive(_ password: SecretValue, _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: password.bytes,
            salt: salt,
            outputByteCount: 32,
            rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism,
            maxMemory: cost.memory
        )
        return key.withUnsafeBytes { Array($0) }
    }

    private func parts() throws -> (Cost, salt: [UInt8], hash: [UInt8]) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
            let salt = Base64.decode(String(fields[3]), mode: .lenient), salt.count >= 8,
            let hash = Base64.decode(String(fields[4]), mode: .lenient), hash.count == 32
        else { throw invalid }
        var numbers: [Substring: Int] = [:]
        for parameter in fields[2].split(separator: ",") {
            let pair = parameter.split(separator: "=")
            guard pair.count == 2, let number = Int(pair[1]) else { throw invalid }
            numbers[pair[0]] = number
        }
        guard numbers.count == 3, let logRounds = numbers["ln"], let blockSize = numbers["r"],
            let parallelism = numbers["p"]
        else { throw invalid }
        let cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isAllowed else { throw invalid }
        return (cost, salt, hash)
    }

    private var invalid: SecretsError {
        SecretsError(
            .invalidHash,
            "A kept password hash is none of scrypt's with a cost that is allowed; set the secret anew."
        )
    }

    private static func unpadded(_ bytes: [UInt8]) -> String {
        Base64.encode(bytes, padded: false)
    }
}
