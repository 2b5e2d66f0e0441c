internal import JSONTree
internal import Moments

extension ARMFunctions {
    /// Functions over dates.
    static let dates: [String: ARMFunction] = [
        "utcnow": ARMFunction(0...1) { evaluator, values throws(ARMError) in
            let pattern = values.isEmpty ? "yyyyMMddTHHmmssZ" : try text(values[0], "utcNow")
            return .string(try show(evaluator.context.now, pattern, "utcNow"))
        },
        "datetimeadd": ARMFunction(2...3) { _, values throws(ARMError) in
            let start = try moment(values[0], "dateTimeAdd")
            let length = try text(values[1], "dateTimeAdd")
            let isNegative = length.hasPrefix("-")
            guard let duration = ISODuration(isNegative ? String(length.dropFirst()) : length) else {
                throw ARMError("The template function 'dateTimeAdd' expects an ISO 8601 duration, not '\(length)'.")
            }
            let moved: Timestamp?
            if isNegative {
                let months = start.adding(months: -(duration.years * 12 + duration.months))
                moved = months.map { $0 - TimeSpan.days(Int64(duration.days)) - duration.time }
            } else {
                moved = duration.applied(to: start)
            }
            guard let moved else {
                throw ARMError("The template function 'dateTimeAdd' leaves the calendar.")
            }
            let pattern = values.count > 2 ? try text(values[2], "dateTimeAdd") : "yyyy-MM-ddTHH:mm:ssZ"
            return .string(try show(moved, pattern, "dateTimeAdd"))
        },
        "datetimefromepoch": ARMFunction(1) { _, values throws(ARMError) in
            let seconds = try integer(values[0], "dateTimeFromEpoch")
            return .string(try show(Timestamp(unixSeconds: seconds), "yyyy-MM-ddTHH:mm:ssZ", "dateTimeFromEpoch"))
        },
        "datetimetoepoch": ARMFunction(1) { _, values throws(ARMError) in
            .integer(try moment(values[0], "dateTimeToEpoch").unixSeconds)
        },
    ]

    private static func moment(_ json: JSON, _ function: String) throws(ARMError) -> Timestamp {
        let text = try text(json, function)
        if let moment = Timestamp(iso8601: text) {
            return moment
        }
        do throws(DateError) {
            let pattern = text.utf8.count == 16 && text.hasSuffix("Z") ? "yyyyMMddTHHmmssZ" : nil
            return try DateValue.parse(text, locale: .enUS, format: pattern).instant
        } catch {
            throw ARMError("The template function '\(function)' expects an ISO 8601 date, not '\(text)'.")
        }
    }

    /// A date by a .NET pattern.
    private static func show(_ moment: Timestamp, _ pattern: String, _ function: String) throws(ARMError) -> String {
        do throws(DateError) {
            return try DateValue(moment).text(format: pattern)
        } catch {
            throw ARMError("The template function '\(function)' failed: \(error.message)")
        }
    }
}
