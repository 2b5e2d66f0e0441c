import JSONTree

/// A JSON Web Token in its compact form, taken apart but not believed yet.
struct CompactToken: Sendable {
    /// What is signed: header and claims as they came.
    let signedPart: [UInt8]
    let header: JSONObject
    let claims: JSONObject
    let signature: [UInt8]

    /// The longest token in bytes that is looked at.
    static let limit = 16_384

    /// Takes a token apart; nil when it is none.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= CompactToken.limit else { return nil }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = CompactToken.object(parts[0]), let claims = CompactToken.object(parts[1]),
            let signature = Base64URL.bytes(parts[2]), !signature.isEmpty
        else { return nil }
        signedPart = Array(bytes[..<parts[1].endIndex])
        self.header = header
        self.claims = claims
        self.signature = signature
    }

    /// The compact form of header and claims, signed by the function.
    static func text(header: JSON, claims: JSON, sign: ([UInt8]) throws -> [UInt8]) rethrows -> String {
        let signed = Base64URL.text(header.bytes()) + "." + Base64URL.text(claims.bytes())
        return signed + "." + Base64URL.text(try sign(Array(signed.utf8)))
    }

    private static func object(_ part: ArraySlice<UInt8>) -> JSONObject? {
        guard let bytes = Base64URL.bytes(part), let value = try? JSON.parse(bytes, limits: limits) else { return nil }
        return value.objectValue
    }

    private static let limits: JSONLimits = {
        var limits = JSONLimits.default
        limits.depth = 16
        return limits
    }()
}

extension JSONObject {
    /// A moment in seconds since 1970; fractions, which msal sends in assertions, are cut off (RFC 7519, section 2).
    func seconds(_ name: String) -> Int64? {
        guard let value = self[name] else { return nil }
        if let whole = value.integerValue { return whole }
        guard let number = value.doubleValue, number.isFinite, number.magnitude < 1e15 else { return nil }
        return Int64(number)
    }
}
