import JSONTree
import Testing

struct NonNullTests {
    @Test func `null is no value, everything else is itself`() {
        let null: JSON = .null
        let values: [JSON] = [false, 0, "", [], [:]]
        #expect(null.nonNull == Optional<JSON>.none)
        #expect(values.compactMap(\.nonNull) == values)
        let members: JSON = ["a": nil, "b": 1]
        #expect(members["a"].flatMap(\.nonNull) == Optional<JSON>.none)
        #expect(members["b"].flatMap(\.nonNull) == 1)
    }
}
