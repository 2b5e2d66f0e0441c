import JSONTree
import Testing

struct JSONBasicsTests {
    @Test
    func aValueIsSmall() {
        #expect(MemoryLayout<JSON>.stride <= 24)
    }

    @Test
    func readsAndWritesInOrder() throws {
        let text = #"{"b":1,"a":[true,false,null,"x\ny",1.0,1.5,-3],"c":{"é":"😀","ctl":"\u0001"}}"#
        let json = try JSON.parse(text)
        #expect(json.text == text)
        #expect(json["a"]?[3]?.stringValue == "x\ny")
        #expect(json[ignoringCase: "B"]?.integerValue == 1)
        #expect(try JSON.parse(json.prettyText) == json)
        #expect(json.objectValue?.names == ["b", "a", "c"])
    }

    @Test
    func orderDoesNotMatterForEquality() {
        let left: JSON = ["a": 1, "b": [nil, 2.5]]
        let right: JSON = ["b": [nil, 2.5], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1.0, "b": [nil, 2.5]])
        #expect(JSON.string("é") != JSON.string("e\u{301}"))
        #expect(JSON.string("\u{387}") != JSON.string("\u{B7}"), "canonically the same character, but another text")
    }

    @Test(arguments: [
        (1.0, "1.0"), (0.1, "0.1"), (-0.0, "-0.0"), (1e14, "100000000000000.0"), (1e15, "1E+15"), (1e21, "1E+21"),
        (0.0001, "0.0001"), (0.00001, "1E-05"), (1.5e300, "1.5E+300"),
        (Double.leastNonzeroMagnitude, "5E-324"), (123.456, "123.456"),
        (1234567890123456.7, "1.2345678901234568E+15"), (0.1 + 0.2, "0.30000000000000004"),
        (-1.7976931348623157e308, "-1.7976931348623157E+308"), (12345.678e-6, "0.012345678"),
    ])
    func writesDoublesShortest(_ value: Double, _ text: String) throws {
        #expect(JSON.double(value).text == text)
        guard case .double(let back) = try JSON.parse(text) else {
            Issue.record("\(text) is no double")
            return
        }
        #expect(back.bitPattern == value.bitPattern)
    }
}
