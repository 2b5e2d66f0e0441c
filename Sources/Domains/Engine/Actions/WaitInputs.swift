import JSONTree
import Moments

/// The inputs of a Wait (section 6.15): an interval, or a point in time.
enum WaitInputs {
    static func due(_ inputs: JSON, now: Timestamp) -> Result<Timestamp, RunError> {
        if let until = inputs[ignoringCase: "until"] {
            let written = until[ignoringCase: "timestamp"] ?? .null
            guard let text = written.stringValue, let instant = Timestamp(iso8601: text) else {
                return .failure(
                    RunError(
                        "InvalidTemplate",
                        "The timestamp '\(TextConversion.text(written))' of the delay is not an ISO 8601 time."
                    )
                )
            }
            return .success(instant)
        }
        let interval = inputs[ignoringCase: "interval"] ?? .null
        let written = interval[ignoringCase: "count"] ?? .null
        guard let count = written.integerValue ?? written.stringValue.flatMap({ Int64($0) }),
            (0...100_000_000).contains(count)
        else {
            return .failure(
                RunError(
                    "InvalidTemplate",
                    "The count '\(TextConversion.text(written))' of the delay is not a whole number from 0 to 100000000."
                )
            )
        }
        let unit = interval[ignoringCase: "unit"]?.stringValue ?? ""
        guard let due = DelayUnit.add(count, unit, to: now) else {
            return .failure(
                RunError(
                    "InvalidTemplate",
                    "The unit '\(unit)' of the delay is not one of Second, Minute, Hour, Day, Week, Month."
                )
            )
        }
        return .success(due)
    }
}

/// The units of delays and of time functions.
enum DelayUnit {
    static func add(_ count: Int64, _ unit: String, to instant: Timestamp) -> Timestamp? {
        let seconds: Int64
        switch unit.lowercased() {
        case "second", "seconds": seconds = 1
        case "minute", "minutes": seconds = 60
        case "hour", "hours": seconds = 3_600
        case "day", "days": seconds = 86_400
        case "week", "weeks": seconds = 604_800
        case "month", "months": return instant.adding(months: Int(count)) ?? .max
        case "year", "years": return instant.adding(months: Int(count) * 12) ?? .max
        default: return nil
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: seconds * 10_000_000)
        return overflow ? .max : instant + TimeSpan(ticks: total)
    }
}
extension RunError: Error {}
