internal import JSONTree

extension ARMFunctions {
    /// Functions over ranges of addresses in CIDR notation.
    static let addresses: [String: ARMFunction] = [
        "parsecidr": ARMFunction(1) { _, values throws(ARMError) in
            let range = try range(values[0], "parseCidr")
            var result: JSONObject = [
                "network": .string(range.text(range.first)), "netmask": .string(range.text(range.mask)),
            ]
            var usable = (range.first, range.last)
            if range.isVersion4 {
                result["broadcast"] = .string(range.text(range.last))
                // Where the first and the last address are all there is, none is left for hosts.
                usable = range.prefix > 30 ? (range.first, range.first) : (range.first + 1, range.last - 1)
            }
            result["firstUsable"] = .string(range.text(usable.0))
            result["lastUsable"] = .string(range.text(usable.1))
            result["cidr"] = .integer(Int64(range.prefix))
            return .object(result)
        },
        "cidrsubnet": ARMFunction(3) { _, values throws(ARMError) in
            let range = try range(values[0], "cidrSubnet")
            let prefix = try integer(values[1], "cidrSubnet")
            let index = try integer(values[2], "cidrSubnet")
            guard prefix >= Int64(range.prefix), prefix <= Int64(range.width) else {
                throw ARMError(
                    "The template function 'cidrSubnet' cannot part '\(range.text)' into ranges of '/\(prefix)'.",
                    remedy: "Use a prefix from \(range.prefix) to \(range.width)."
                )
            }
            guard let part = range.part(index, prefix: prefix) else {
                throw ARMError(
                    "The template function 'cidrSubnet' has no range \(index) of '/\(prefix)' in '\(range.text)'.",
                    remedy: "Count the ranges from 0."
                )
            }
            return .string(part.text)
        },
        "cidrhost": ARMFunction(2) { _, values throws(ARMError) in
            let range = try range(values[0], "cidrHost")
            let index = try integer(values[1], "cidrHost")
            guard let host = range.host(index) else {
                throw ARMError(
                    "The template function 'cidrHost' has no host \(index) in '\(range.text)'.",
                    remedy: "Count the usable addresses from 0."
                )
            }
            return .string(host)
        },
    ]

    private static func range(_ json: JSON, _ function: String) throws(ARMError) -> AddressRange {
        let text = try text(json, function)
        guard let range = AddressRange(text) else {
            throw ARMError(
                "The template function '\(function)' expects a range of addresses, not '\(text)'.",
                remedy: "Write it in CIDR notation, such as '10.0.0.0/16' or 'fd00::/48'."
            )
        }
        return range
    }
}
