import JSONTree

/// The body of a checkpoint: `["hash of the last row covered, in hex", state]`.
enum SnapshotRow {
    static func body(_ state: JSON, hash: [UInt8]) -> [UInt8] {
        JSON.array([.string(hex(hash)), state]).bytes()
    }

    static func parse(_ body: [UInt8]) throws -> (state: JSON, hash: [UInt8]) {
        let json = try JSON.parse(body)
        guard case .array(let parts) = json, parts.count == 2, let text = parts[0].stringValue,
            let hash = bytes(hex: text)
        else {
            throw DurableError(.damagedJournal, "A checkpoint does not have the form [hash, state].")
        }
        return (parts[1], hash)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(hex text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
