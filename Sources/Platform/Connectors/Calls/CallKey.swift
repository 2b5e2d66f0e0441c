import Crypto

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
    var digest: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in SHA256.hash(data: Array(effective.utf8)) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The key as a GUID of version 5, for services that take ids of the caller's making.
    var guid: String {
        let digits = Array(digest)
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return "\(part(0..<8))-\(part(8..<12))-5\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
    }

    /// `tocsin-` and 25 hexadecimal digits (100 bits): 32 characters, the longest tag of common ticket services.
    var marker: String { "tocsin-\(digest.prefix(25))" }
}
