public import JSONTree
import Moments

/// Runs a file of recurrences with expected fire times: `tocsin schedule --cases FILE`.
///
/// A case has `id`, `type` (`Recurrence` or `SlidingWindow`), `recurrence`, `now`, maybe `disabled`, and one of
/// `expectedFireTimes`, `expectedScheduledTimes` (more may follow unless `complete` is true) and `refused`.
public struct RecurrenceCases {
    /// Runs every case of the file, an object with `cases` or a list of them.
    public static func run(_ file: JSON) -> CaseReport {
        var report = CaseReport()
        for (index, testCase) in (file["cases"]?.arrayValue ?? file.arrayValue ?? []).enumerated() {
            let id = testCase["id"]?.stringValue ?? "case \(index + 1)"
            let expected = expectation(testCase)
            report.note(id: id, expected: expected, got: outcome(testCase))
        }
        return report
    }

    /// What the case wants, as a line of text.
    private static func expectation(_ testCase: JSON) -> String {
        if testCase["refused"] != nil { return "refused" }
        let times = wanted(testCase).map { time in
            time.stringValue.flatMap(Timestamp.init(iso8601:))?.iso8601 ?? "no time: \(time.text)"
        }
        return line(times, ended: testCase["complete"]?.boolValue == true)
    }

    /// What the recurrence of the case gives, as such a line.
    private static func outcome(_ testCase: JSON) -> String {
        guard let now = time(testCase["now"]), let element = testCase["recurrence"] else {
            return "the case has no 'now' or no 'recurrence'"
        }
        let recurrence: Recurrence
        do throws(RecurrenceError) {
            recurrence = try Recurrence(json: element, kind: kind(testCase), now: now)
        } catch {
            return testCase["refused"] != nil ? "refused" : "refused: \(error.message)"
        }
        if testCase["refused"] != nil { return "taken" }
        let count = wanted(testCase).count
        let isComplete = testCase["complete"]?.boolValue == true
        let fires = recurrence.fires(
            enabledAt: now,
            disabled: disabled(testCase),
            limit: count + (isComplete ? 1 : 0)
        )
        return line(fires.map(\.scheduledTime.iso8601), ended: isComplete && fires.count == count)
    }

    private static func wanted(_ testCase: JSON) -> [JSON] {
        (testCase["expectedFireTimes"] ?? testCase["expectedScheduledTimes"])?.arrayValue ?? []
    }

    private static func kind(_ testCase: JSON) -> Recurrence.Kind {
        testCase["type"]?.stringValue?.lowercased() == "slidingwindow" ? .slidingWindow(delay: .zero) : .recurrence
    }

    private static func disabled(_ testCase: JSON) -> [Range<Timestamp>] {
        (testCase["disabled"]?.arrayValue ?? []).compactMap { pair in
            guard let start = time(pair[0]), let end = time(pair[1]), start < end else { return nil }
            return start..<end
        }
    }

    private static func time(_ json: JSON?) -> Timestamp? {
        json?.stringValue.flatMap(Timestamp.init(iso8601:))
    }

    private static func line(_ times: [String], ended: Bool) -> String {
        times.joined(separator: ", ") + (ended ? ", end" : "")
    }
}
