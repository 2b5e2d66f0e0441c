import JSONTree
import Testing

struct JSONObjectTests {
    @Test(arguments: [3, 32, 33, 200])
    func behavesAsAListOfPairs(_ size: Int) {
        var generator = SeededGenerator(seed: UInt64(size))
        var object = JSONObject()
        var model: [(String, JSON)] = []
        for _ in 0..<size * 20 {
            let name = "member-\(Int.random(in: 0..<size, using: &generator))"
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                object.remove(name)
                model.removeAll { $0.0 == name }
            default:
                let value = JSON.integer(Int64.random(in: 0..<1000, using: &generator))
                object[name] = value
                if let place = model.firstIndex(where: { $0.0 == name }) {
                    model[place].1 = value
                } else {
                    model.append((name, value))
                }
            }
            #expect(object.count == model.count)
        }
        #expect(object.names == model.map(\.0))
        #expect(object.values == model.map(\.1))
        for (name, value) in model { #expect(object[name] == value) }
        #expect(object == JSONObject(model.shuffled(using: &generator)))
        #expect(object.hashValue == JSONObject(model.reversed()).hashValue)
        object.removeAll { name, _ in name.hasSuffix("1") }
        #expect(object.names == model.map(\.0).filter { !$0.hasSuffix("1") })
        for name in object.names { #expect(object[name] != nil) }
    }

    @Test
    func copiesAreIndependent() {
        var original: JSONObject = ["a": [1, 2], "b": 2]
        let copy = original
        original["a", default: .null] = "changed"
        original["c", default: 5] = 6
        #expect(copy == ["a": [1, 2], "b": 2])
        #expect(original.names == ["a", "b", "c"])
        #expect(original["a"] == "changed")
        original["b"] = nil
        #expect(original == ["a": "changed", "c": 6])
    }

    @Test
    func caseIsIgnoredOnlyWhenAsked() {
        let object: JSONObject = ["Content-Type": 1, "content-type": 2, "ÄPFEL": 3, "straße": 4, "": 5]
        #expect(object["CONTENT-TYPE"] == nil)
        #expect(object.member(ignoringCase: "content-type")?.value == 2)
        #expect(object.member(ignoringCase: "CONTENT-TYPE")?.name == "Content-Type")
        #expect(object.member(ignoringCase: "äpfel")?.value == 3)
        #expect(object.member(ignoringCase: "STRASSE") == nil)
        #expect(object.member(ignoringCase: "STRAßE")?.value == 4)
        #expect(object.member(ignoringCase: "")?.value == 5)
        #expect(!"[".isSame(ignoringCase: "{"))
        #expect(!"@".isSame(ignoringCase: "`"))
        #expect("Action_1".isSame(ignoringCase: "ACTION_1"))
    }

    @Test
    func accessorsTellKindsApart() {
        let json: JSON = ["n": nil, "b": true, "i": 5, "d": 5.0, "s": "x", "a": [1], "o": ["k": 1]]
        #expect(json["n"]?.isNull == true)
        #expect(json["b"]?.boolValue == true)
        #expect(json["i"]?.integerValue == 5)
        #expect(json["d"]?.integerValue == nil)
        #expect(json["i"]?.doubleValue == 5)
        #expect(json["s"]?.stringValue == "x")
        #expect(json["a"]?[0] == 1)
        #expect(json["a"]?[1] == nil)
        #expect(json["a"]?[-1] == nil)
        #expect(json["s"]?["k"] == nil)
        #expect(json["o"]?["k"] == 1)
        #expect(JSON.digits("1e999").isNumber)
        #expect(JSON(number: "1.50") == 1.5)
        #expect(JSON(number: "12345678901234567890") == .digits("12345678901234567890"))
        #expect(JSON(number: "1.5 ") == nil)
        #expect(JSON(number: "x") == nil)
    }
}
