import Foundation
import JSONTree
import Moments
import Testing

/// The recurrences of `Tests/Conformance` and their expected fire times.
struct RecurrenceConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let json: JSON

        var testDescription: String { id }
    }

    static let cases = table("recurrence") + table("recurrence-further")

    private static func table(_ name: String) -> [Case] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Conformance/\(name).json")
        guard let data = try? Data(contentsOf: file), let json = try? JSON.parse(Array(data)) else { return [] }
        return (json["cases"]?.arrayValue ?? []).map { Case(id: $0["id"]?.stringValue ?? "?", json: $0) }
    }

    @Test func thereAreCases() {
        #expect(Self.table("recurrence").count >= 68)
        #expect(Self.table("recurrence-further").count >= 40)
    }

    @Test(arguments: cases)
    func firesAsExpected(testCase: Case) throws {
        let json = testCase.json
        let now = try time(json["now"])
        let isSliding = json["type"]?.stringValue == "SlidingWindow"
        func recurrence() throws -> Recurrence {
            try Recurrence(
                json: try #require(json["recurrence"]),
                kind: isSliding ? .slidingWindow(delay: .zero) : .recurrence,
                now: now
            )
        }
        if json["refused"] != nil {
            #expect(throws: RecurrenceError.self) { try recurrence() }
            return
        }
        let disabled = try (json["disabled"]?.arrayValue ?? []).map { try time($0[0])..<time($0[1]) }
        let list = json["expectedFireTimes"] ?? json["expectedScheduledTimes"]
        let expected = try #require(list?.arrayValue).map { try time($0) }
        let isComplete = json["complete"] == true
        let fires = try recurrence().fires(
            enabledAt: now,
            disabled: disabled,
            limit: expected.count + (isComplete ? 1 : 0)
        )
        #expect(fires.map(\.scheduledTime) == expected)
    }

    private func time(_ json: JSON?) throws -> Timestamp {
        let text = try #require(json?.stringValue)
        return try #require(Timestamp(iso8601: text))
    }
}
