#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a compiled zone file (TZif, RFC 9636) says.
struct ZoneFile: Sendable {
    /// Unix seconds at which the offset changes, ascending.
    var transitions: [Int64] = []
    /// Offsets from each transition on, in seconds east of Greenwich.
    var offsets: [Int32] = []
    /// The offset before the first transition.
    var firstOffset: Int32 = 0
    /// The rule after the last transition.
    var rule: PosixZoneRule?

    /// Largest zone file that is read: 1 MiB, hundreds of times what any zone needs.
    static let maximumBytes = 1 << 20

    /// Reads a version 2 or later file's 64-bit part, or a version 1 file; nil if the bytes are neither.
    init?(bytes: [UInt8]) {
        guard let first = Header(bytes, at: 0) else { return nil }
        if first.version >= 0x32 {
            let second = Header.size + first.bodySize(timeSize: 4)
            guard let header = Header(bytes, at: second) else { return nil }
            let body = second + Header.size
            guard read(bytes, header, at: body, timeSize: 8) else { return nil }
            let footer = body + header.bodySize(timeSize: 8)
            guard footer < bytes.count, bytes[footer] == 0x0A,
                let end = bytes[(footer + 1)...].firstIndex(of: 0x0A)
            else { return nil }
            let text = String(decoding: bytes[(footer + 1)..<end], as: UTF8.self)
            if !text.isEmpty {
                guard let rule = PosixZoneRule(text) else { return nil }
                self.rule = rule
            }
        } else if !read(bytes, first, at: Header.size, timeSize: 4) {
            return nil
        }
    }

    private mutating func read(_ bytes: [UInt8], _ header: Header, at start: Int, timeSize: Int) -> Bool {
        guard header.types > 0, start + header.bodySize(timeSize: timeSize) <= bytes.count else { return false }
        let indexes = start + header.times * timeSize
        let types = indexes + header.times
        func offset(_ type: Int) -> Int32 {
            Int32(truncatingIfNeeded: Self.bigEndian(bytes, types + type * 6, 4))
        }
        firstOffset = offset(0)
        transitions.reserveCapacity(header.times)
        offsets.reserveCapacity(header.times)
        for index in 0..<header.times {
            let type = Int(bytes[indexes + index])
            guard type < header.types else { return false }
            let time = Self.bigEndian(bytes, start + index * timeSize, timeSize)
            if let last = transitions.last, time <= last { return false }
            transitions.append(time)
            offsets.append(offset(type))
        }
        return true
    }

    /// A signed number of 4 or 8 bytes.
    fileprivate static func bigEndian(_ bytes: [UInt8], _ start: Int, _ size: Int) -> Int64 {
        var value: Int64 = size == 4 && bytes[start] >= 0x80 ? -1 : 0
        for byte in bytes[start..<(start + size)] { value = value << 8 | Int64(byte) }
        return value
    }

    private struct Header {
        static let size = 44
        var version: UInt8
        var isUTCs, isStandards, leaps, times, types, characters: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start + Self.size <= bytes.count, Array(bytes[start..<(start + 4)]) == [0x54, 0x5A, 0x69, 0x66]
            else { return nil }
            version = bytes[start + 4]
            let counts = (0..<6).map { Int(ZoneFile.bigEndian(bytes, start + 20 + $0 * 4, 4)) }
            guard counts.allSatisfy({ $0 >= 0 && $0 <= ZoneFile.maximumBytes }) else { return nil }
            isUTCs = counts[0]
            isStandards = counts[1]
            leaps = counts[2]
            times = counts[3]
            types = counts[4]
            characters = counts[5]
        }

        func bodySize(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + isStandards + isUTCs
        }
    }

    /// All bytes of the file at this path; nil if it cannot be read or is larger than ``maximumBytes``.
    static func contents(atPath path: String) -> [UInt8]? {
        guard let file = fopen(path, "rbe") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return ferror(file) == 0 ? bytes : nil }
            bytes.append(contentsOf: buffer[..<count])
            if bytes.count > maximumBytes { return nil }
        }
    }
}
