import JSONTree
import Testing

/// Values made at random from a seed survive writing and reading, in every form.
struct JSONRoundTripTests {
    @Test(arguments: UInt64(1)...60)
    func randomValuesSurvive(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            let value = randomValue(depth: 5, &generator)
            let bytes = value.bytes()
            #expect(try JSON.parse(bytes) == value)
            #expect(try JSON.parse(value.prettyText) == value)
            #expect(try JSON.parse(bytes).bytes() == bytes)
            #expect(Array(value.text.utf8) == bytes)
            #expect(try JSONLenient.parse(value.text) == value)
            #expect(try JSON.parse(bytes.lazy.map { $0 }) == value)
            var output: [UInt8] = [1]
            value.write(into: &output)
            #expect(Array(output.dropFirst()) == bytes)
        }
    }

    @Test(arguments: UInt64(1)...20)
    func everyDoubleSurvives(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            guard case .double(let back) = try JSON.parse(JSON.double(value).text) else {
                Issue.record("\(value) is not read as a double")
                continue
            }
            #expect(back.bitPattern == value.bitPattern)
            #expect(Double(JSON.double(value).text)?.bitPattern == value.bitPattern)
        }
    }

    /// A decimal text keeps its exact value, whichever case of number holds it.
    @Test(arguments: UInt64(1)...20)
    func everyDecimalKeepsItsValue(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var text = Bool.random(using: &generator) ? "-" : ""
            text += String(
                UInt64.random(in: 1...(.max), using: &generator) >> Int.random(in: 0..<63, using: &generator)
            )
            text += ".\(UInt64.random(in: 0...(.max), using: &generator) >> Int.random(in: 0..<64, using: &generator))"
            if Bool.random(using: &generator) { text += "e\(Int.random(in: -30...30, using: &generator))" }
            let value = try JSON.parse(text)
            #expect(value.doubleValue == Double(text))
            if case .digits(let digits) = value { #expect(digits == text) }
            #expect(try JSON.parse(value.text) == value)
        }
    }

    private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(Int64(bitPattern: generator.next()) >> Int.random(in: 0..<64, using: &generator))
        case 3:
            let value = Double(bitPattern: generator.next())
            return .double(value.isFinite ? value : 0.5)
        case 4: return .digits("\(generator.next())\(generator.next())5")
        case 5, 6: return .string(randomText(&generator))
        case 7:
            return .array(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in randomValue(depth: depth - 1, &generator) }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                object[randomText(&generator)] = randomValue(depth: depth - 3, &generator)
            }
            return .object(object)
        }
    }

    private func randomText(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<30, using: &generator) {
            let code =
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: UInt32.random(in: 0..<0x20, using: &generator)
                case 1: UInt32.random(in: 0x80..<0x800, using: &generator)
                case 2: UInt32.random(in: 0..<0x11_0000, using: &generator)
                default: UInt32.random(in: 0x20..<0x7F, using: &generator)
                }
            if let scalar = Unicode.Scalar(code) { text.append(scalar) }
        }
        return String(text)
    }
}
