import Crypto
import JSONTree

/// The key of a call, and the short mark of it that services can carry.
struct CallKey: Sendable, Hashable {
    /// The business key with its tenant, connection and operation; nil when the call brings none.
    let business: String?
    /// The business key, or else the key of the action's execution.
    let effective: String

    init(business: String?, call: ConnectorCall, operation: OperationDescription?) {
        let name = operation?.id ?? "\(call.method.uppercased()) \(call.path)"
        self.business = business.map { "\(call.tenant)/\(call.connection.lowercased())/\(name)/\($0)" }
        effective = self.business ?? call.executionKey
    }

    /// 64 hexadecimal digits, for services that keep keys with their answers.
    var digest: String { AwsSignature.hex(SHA256.hash(data: Array(effective.utf8))) }

    /// `tocsin-` and 25 hexadecimal digits (100 bits): 32 characters, the longest tag of common ticket services.
    var marker: String { Self.marker(digest) }

    /// Lets templates know the key, its mark, and the key as a GUID of version 5, for services that take ids of the caller's making.
    func tell(_ context: inout AdapterContext) {
        let digest = digest
        context.values["key"] = .string(digest)
        context.values["marker"] = .string(Self.marker(digest))
        context.values["guid"] = .string(Self.guid(digest))
    }

    private static func marker(_ digest: String) -> String { "tocsin-\(digest.prefix(25))" }

    private static func guid(_ digest: String) -> String {
        let digits = Array(digest.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        return "\(part(0..<8))-\(part(8..<12))-5\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
    }
}
