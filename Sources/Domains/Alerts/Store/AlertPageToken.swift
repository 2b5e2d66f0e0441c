import JSONTree
import OData

/// Where a page begins: behind an alert in the usual order, or after so many when the client sorts.
///
/// It carries a digest of filter and order, so that a token is not used with another query.
enum AlertPageToken: Sendable, Hashable {
    case after(event: Int64, id: String)
    case offset(Int)

    init(_ text: String, for query: ODataQuery) throws(AlertError) {
        let bytes = Self.bytes(text)
        guard let json = bytes.flatMap({ try? JSON.parse($0) }), json["q"] == .integer(Self.digest(query)) else {
            throw AlertError(.invalidToken, "The $skiptoken is not valid for this query; start again without it.")
        }
        if let event = json["e"]?.integerValue, let id = json["i"]?.stringValue {
            self = .after(event: event, id: id)
        } else if let offset = json["o"]?.integerValue, offset >= 0, offset < Int64(Int32.max) {
            self = .offset(Int(offset))
        } else {
            throw AlertError(.invalidToken, "The $skiptoken is not valid; start again without it.")
        }
    }

    func text(for query: ODataQuery) -> String {
        var object: JSONObject = ["q": .integer(Self.digest(query))]
        switch self {
        case .after(let event, let id):
            object["e"] = .integer(event)
            object["i"] = .string(id)
        case .offset(let number): object["o"] = .integer(Int64(number))
        }
        return Self.hex(JSON.object(object).bytes())
    }

    /// FNV-1a, because Swift's hashes differ from start to start.
    private static func digest(_ query: ODataQuery) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let orders = query.orderBy.map { "\($0.path.description.lowercased()) \($0.descending)" }
        for byte in ("\(query.filter?.text ?? "")\n" + orders.joined(separator: ",")).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return Int64(hash >> 12)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2), digits.count <= 8_192 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
