/// The format `date-time`: `yyyy-MM-ddTHH:mm:ss`, up to seven decimals, then `Z`, an offset or nothing.
enum DateTimeFormat {
    static func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19 else { return false }
        let shape = Array("0000-00-00T00:00:00".utf8)
        for (byte, pattern) in zip(bytes, shape) {
            guard pattern == 0x30 ? byte &- 0x30 < 10 : byte == pattern else { return false }
        }
        let year = number(bytes[0..<4])
        let month = number(bytes[5..<7])
        let day = number(bytes[8..<10])
        guard year >= 1, 1...12 ~= month, 1...days(in: month, year) ~= day, number(bytes[11..<13]) < 24,
            number(bytes[14..<16]) < 60, number(bytes[17..<19]) < 60
        else { return false }
        return isEnd(bytes[19...])
    }

    private static func isEnd(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if rest.first == 0x2E {
            let decimals = rest.dropFirst().prefix { $0 &- 0x30 < 10 }
            guard 1...7 ~= decimals.count else { return false }
            rest = rest.dropFirst(1 + decimals.count)
        }
        if rest.isEmpty || Array(rest) == [0x5A] { return true }
        let offset = Array(rest)
        guard offset.count == 6, offset[0] == 0x2B || offset[0] == 0x2D, offset[3] == 0x3A else { return false }
        let digits = [offset[1], offset[2], offset[4], offset[5]]
        return digits.allSatisfy { $0 &- 0x30 < 10 } && number(offset[1..<3]) <= 14 && number(offset[4..<6]) < 60
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }

    private static func days(in month: Int, _ year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }
}
