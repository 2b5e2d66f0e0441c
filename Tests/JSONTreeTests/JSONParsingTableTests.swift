import Foundation
import JSONTree
import Testing

/// Runs `parsing-table.txt`: every class of text that a JSON parser must take, must refuse, or may choose about.
struct JSONParsingTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var line: Int
        var kind: Character
        var bytes: [UInt8]
        var written: [UInt8]?

        var testDescription: String { "line \(line)" }
    }

    static let rows: [Row] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "parsing-table.txt")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            row(String(decoding: line, as: UTF8.self), number + 1)
        }
    }()

    private static func row(_ line: String, _ number: Int) -> Row? {
        let fields = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let kind = fields[0].first, !line.hasPrefix("#") else { return nil }
        let sides = fields[2].components(separatedBy: " => ")
        return Row(line: number, kind: kind, bytes: bytes(sides[0]), written: sides.count > 1 ? bytes(sides[1]) : nil)
    }

    /// Reads `%HH` as one byte and `%%EMPTY` as nothing.
    private static func bytes(_ text: String) -> [UInt8] {
        if text == "%%EMPTY" { return [] }
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte != 0x25 {
                result.append(byte)
            } else {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                result.append(UInt8(digits, radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            }
        }
        return result
    }

    @Test
    func theTableIsThere() {
        #expect(Self.rows.count >= 400)
    }

    @Test(arguments: rows)
    func behavesAsTheTableSays(_ row: Row) throws {
        guard row.kind != "n" else {
            let error = #expect(throws: JSONError.self) { try JSON.parse(row.bytes) }
            #expect(error?.line ?? 0 > 0)
            #expect(error.map { $0.offset <= row.bytes.count } == true)
            #expect(throws: JSONError.self) { try JSONDocument.parse(row.bytes) }
            return
        }
        let value = try JSON.parse(row.bytes)
        if let written = row.written { #expect(value.bytes() == written, "\(value.text)") }
        #expect(try JSON.parse(value.bytes()) == value)
        #expect(try JSON.parse(value.prettyText) == value)
        #expect(try JSONDocument.parse(row.bytes).value == value)
        #expect(try JSONLenient.parse(String(decoding: row.bytes, as: UTF8.self)) == value)
    }

    /// A text that ends early or has one byte changed must never crash, and what is accepted must survive writing.
    @Test
    func cutAndChangedTextsAreHandled() throws {
        var generator = SeededGenerator(seed: 11)
        for row in Self.rows where row.bytes.count < 60 {
            for end in 0..<row.bytes.count { try check(Array(row.bytes[..<end])) }
            for _ in 0..<8 where !row.bytes.isEmpty {
                var changed = row.bytes
                changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
                try check(changed)
            }
        }
    }

    private func check(_ bytes: [UInt8]) throws {
        // The lenient reader takes more, and what it takes is JSON again.
        if let value = try? JSONLenient.parse(String(decoding: bytes, as: UTF8.self)) {
            #expect(try JSON.parse(value.bytes()) == value)
        }
        guard let value = try? JSON.parse(bytes) else { return }
        #expect(try JSON.parse(value.bytes()) == value)
    }
}

/// A small generator of the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
