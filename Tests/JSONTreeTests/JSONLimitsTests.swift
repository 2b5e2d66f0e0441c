import JSONTree
import Testing

struct JSONLimitsTests {
    @Test(arguments: ["[", "{\"a\":", "[{\"a\":", "[[],"])
    func deepNestingIsRefusedNotCrashed(_ opening: String) {
        for count in [100_000, 1_000_000] {
            let text = String(repeating: opening, count: count)
            var greatest = JSONLimits()
            greatest.depth = .max
            #expect(throws: JSONError.self) { try JSON.parse(text) }
            let error = #expect(throws: JSONError.self) { try JSON.parse(text, limits: greatest) }
            #expect(error?.code == .tooDeep)
        }
    }

    @Test
    func depthIsCountedExactly() throws {
        let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        let value = try JSON.parse(text)
        #expect(value.nests(deeperThan: 511))
        #expect(!value.nests(deeperThan: 512))
        let error = #expect(throws: JSONError.self) { try JSON.parse("[\(text)]") }
        #expect(error?.code == .tooDeep)
        #expect(error?.offset == 512)
        #expect(try JSON.parse("[1]", limits: JSONLimits(depth: 1)) == [1])
        #expect(throws: JSONError.self) { try JSON.parse("[]", limits: JSONLimits(depth: 0)) }
        let deepest = String(repeating: "[", count: 2_000) + String(repeating: "]", count: 2_000)
        #expect(try JSON.parse(deepest, limits: JSONLimits(depth: 5_000)).text == deepest)
    }

    @Test
    func sizeIsBounded() throws {
        #expect(try JSON.parse("[1,2]", limits: JSONLimits(bytes: 5)) == [1, 2])
        let error = #expect(throws: JSONError.self) { try JSON.parse("[1,23]", limits: JSONLimits(bytes: 5)) }
        #expect(error?.code == .tooLarge)
    }

    @Test
    func policiesRefuse() {
        let strict = JSONLimits(duplicateNames: .refuse, loneSurrogates: .refuse, allowsByteOrderMark: false)
        let duplicate = #expect(throws: JSONError.self) {
            try JSON.parse(#"{"a":1,"b":{"a":1,"\u0061":2}}"#, limits: strict)
        }
        #expect(duplicate?.code == .duplicateName)
        #expect(duplicate?.column == 19)
        #expect(throws: JSONError.self) { try JSON.parse(#"["\ud800"]"#, limits: strict) }
        #expect(throws: JSONError.self) { try JSON.parse("\u{FEFF}1", limits: strict) }
    }

    @Test
    func manyNamesStayQuickAndUnique() throws {
        let count = 100_000
        var text = "{"
        for number in 0..<count { text += "\"name \(number)\":\(number)," }
        text += "\"name 7\":-7}"
        let clock = ContinuousClock()
        var parsed = JSON.null
        let time = try clock.measure { parsed = try JSON.parse(text) }
        #expect(parsed.objectValue?.count == count)
        #expect(parsed["name 7"] == -7)
        #expect(parsed["name \(count - 1)"]?.integerValue == Int64(count - 1))
        #expect(parsed["name \(count)"] == nil)
        #expect(time < .seconds(5), "100,000 members must not take quadratic time")
        #expect(throws: JSONError.self) { try JSON.parse(text, limits: JSONLimits(duplicateNames: .refuse)) }
    }
}
