import JSONTree
import Moments

/// Dates and times (sections 2.8 and 4.6).
///
/// Texts without a date take that of today, so that none of these is folded.
enum DateFunctions {
    static let all: [ExpressionFunction] =
        [
            make("utcNow", ["format?"], "Gives the present time.", link: "utcnow", utcNow),
            add("addSeconds", .second),
            add("addMinutes", .minute),
            add("addHours", .hour),
            add("addDays", .day),
            make(
                "addToTime",
                ["timestamp", "interval", "unit", "format?"],
                "Gives a later time by a number of units.",
                link: "AddToTime"
            ) { (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
                try shift(arguments, &evaluation, by: 1)
            },
            make(
                "subtractFromTime",
                ["timestamp", "interval", "unit", "format?"],
                "Gives an earlier time by a number of units.",
                link: "SubtractFromTime"
            ) { (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
                try shift(arguments, &evaluation, by: -1)
            },
            make(
                "getFutureTime",
                ["interval", "unit", "format?"],
                "Gives the time in a number of units.",
                link: "GetFutureTime"
            ) {
                (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
                try shiftNow(arguments, &evaluation, by: 1)
            },
            make(
                "getPastTime",
                ["interval", "unit", "format?"],
                "Gives the time a number of units ago.",
                link: "GetPastTime"
            ) {
                (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
                try shiftNow(arguments, &evaluation, by: -1)
            },
            make(
                "convertFromUtc",
                ["timestamp", "targetZone", "format?"],
                "Gives what the clocks of a zone show at a time of UTC.",
                link: "ConvertFromUtc",
                convertFromUTC
            ),
            make(
                "convertToUtc",
                ["timestamp", "sourceZone", "format?"],
                "Gives the time of UTC when the clocks of a zone show a time.",
                link: "ConvertToUtc",
                convertToUTC
            ),
            make(
                "convertTimeZone",
                ["timestamp", "sourceZone", "targetZone", "format?"],
                "Gives what the clocks of one zone show when those of another show a time.",
                link: "ConvertTimeZone",
                convertTimeZone
            ),
            make(
                "formatDateTime",
                ["timestamp", "format?", "locale?"],
                "Writes a time by a .NET format.",
                link: "formatdatetime",
                formatDateTime
            ),
            make(
                "parseDateTime",
                ["text", "locale?", "format?"],
                "Reads a time in the writing of a locale or of a .NET format.",
                link: "parsedatetime",
                parseDateTime
            ),
            start("startOfHour") { $0.startOfHour },
            start("startOfDay") { $0.startOfDay },
            start("startOfMonth") { $0.startOfMonth },
            part("dayOfWeek", "Gives the day of the week, Sunday 0.") { Int64($0.dayOfWeek) },
            part("dayOfMonth", "Gives the day of the month.") { Int64($0.dayOfMonth) },
            part("dayOfYear", "Gives the day of the year.") { Int64($0.dayOfYear) },
            part("ticks", "Gives the 100 ns steps since the year 1.") { $0.ticks },
            make("dateDifference", ["start", "end"], "Gives the span from one time to another.", dateDifference),
            ExpressionFunction(
                "formatTimeSpan",
                .dates,
                ["span", "format?", "locale?"],
                "Writes a span of time by a .NET format.",
                isUndocumented: true,
                body: .eager(formatTimeSpan)
            ),
        ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        link: String? = nil,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .dates, parameters, summary, isPure: false, link: link, body: .eager(body))
    }

    private static func add(_ name: String, _ unit: DateUnit) -> ExpressionFunction {
        make(
            name,
            ["timestamp", "count", "format?"],
            "Gives a time moved by a number of \(unit)s.",
            link: name.lowercased()
        ) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            let date = try date(arguments, 0, evaluation)
            let count = try arguments.integer(1)
            return try written(try moved(date, count, unit, 1, arguments), arguments, format: 2, &evaluation)
        }
    }

    private static func start(
        _ name: String,
        _ change: @escaping @Sendable (DateValue) -> DateValue
    ) -> ExpressionFunction {
        let unit = name.dropFirst("startOf".count).lowercased()
        return make(name, ["timestamp", "format?"], "Gives the beginning of the \(unit).", link: name.lowercased()) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            try written(change(try date(arguments, 0, evaluation)), arguments, format: 1, &evaluation)
        }
    }

    private static func part(
        _ name: String,
        _ summary: String,
        _ value: @escaping @Sendable (DateValue) -> Int64
    ) -> ExpressionFunction {
        make(name, ["timestamp"], summary, link: name.lowercased()) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            .integer(value(try date(arguments, try arguments.onlyString(), evaluation)))
        }
    }
}

// MARK: - Reading and writing

extension DateFunctions {
    private static func failure(_ error: DateError, _ arguments: Arguments) -> ExpressionError {
        ExpressionError(phase: .run, message: error.message(function: arguments.name), function: arguments.name)
    }

    private static func date(
        _ arguments: Arguments,
        _ index: Int,
        _ evaluation: Evaluation
    ) throws(ExpressionError) -> DateValue {
        try date(arguments, try arguments.string(index), evaluation)
    }

    private static func date(
        _ arguments: Arguments,
        _ text: String,
        _ evaluation: Evaluation
    ) throws(ExpressionError) -> DateValue {
        do {
            return try DateValue.parse(text, today: evaluation.context.now.utc.date)
        } catch {
            throw failure(shortened(error), arguments)
        }
    }

    private static func shortened(_ error: DateError) -> DateError {
        error.text.utf8.count > 256 ? DateError(error.code, String(error.text.prefix(256)) + "…") : error
    }

    private static func written(
        _ date: DateValue,
        _ arguments: Arguments,
        format: Int,
        locale: Int? = nil,
        _ evaluation: inout Evaluation
    ) throws(ExpressionError) -> Value {
        let format = try arguments.optionalString(format)
        do {
            guard let locale, let name = try arguments.optionalString(locale) else {
                return .string(try checked(try date.text(format: format), &evaluation))
            }
            return .string(try checked(try date.text(format: format, locale: try DateLocale.named(name)), &evaluation))
        } catch let error as DateError {
            throw failure(shortened(error), arguments)
        } catch let error as ExpressionError {
            throw error
        } catch {
            throw arguments.fail("cannot write the date.")
        }
    }

    private static func checked(_ text: String, _ evaluation: inout Evaluation) throws(ExpressionError) -> String {
        try evaluation.produce(text.utf8.count)
        return text
    }

    private static func zone(_ arguments: Arguments, _ index: Int) throws(ExpressionError) -> ZoneRules {
        let name = try arguments.string(index)
        do { return try DateValue.zone(named: name) } catch { throw failure(shortened(error), arguments) }
    }

    private static func unit(_ arguments: Arguments, _ index: Int) throws(ExpressionError) -> DateUnit {
        let name = try arguments.string(index)
        do { return try DateUnit(named: name) } catch { throw failure(shortened(error), arguments) }
    }
}

// MARK: - Functions

extension DateFunctions {
    static func utcNow(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        try written(DateValue(evaluation.context.now), arguments, format: 0, &evaluation)
    }

    private static func moved(
        _ date: DateValue,
        _ count: Int64,
        _ unit: DateUnit,
        _ direction: Int,
        _ arguments: Arguments
    ) throws(ExpressionError) -> DateValue {
        do {
            return direction < 0 ? try date.subtracting(count, unit) : try date.adding(count, unit)
        } catch {
            throw failure(error, arguments)
        }
    }

    private static func shift(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation,
        by direction: Int
    ) throws(ExpressionError) -> Value {
        let date = try date(arguments, 0, evaluation)
        let count = try arguments.integer(1)
        let unit = try unit(arguments, 2)
        return try written(try moved(date, count, unit, direction, arguments), arguments, format: 3, &evaluation)
    }

    private static func shiftNow(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation,
        by direction: Int
    ) throws(ExpressionError) -> Value {
        let count = try arguments.integer(0)
        let unit = try unit(arguments, 1)
        let now = DateValue(evaluation.context.now)
        return try written(try moved(now, count, unit, direction, arguments), arguments, format: 2, &evaluation)
    }

    static func convertFromUTC(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let date = try date(arguments, 0, evaluation)
        return try written(date.fromUTC(to: try zone(arguments, 1)), arguments, format: 2, &evaluation)
    }

    static func convertToUTC(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let date = try date(arguments, 0, evaluation)
        let zone = try zone(arguments, 1)
        let result: DateValue
        do { result = try date.toUTC(from: zone) } catch { throw conversionFailure(error, arguments) }
        return try written(result, arguments, format: 2, &evaluation)
    }

    static func convertTimeZone(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let date = try date(arguments, 0, evaluation)
        let source = try zone(arguments, 1)
        let target = try zone(arguments, 2)
        let result: DateValue
        do { result = try date.converted(from: source, to: target) } catch { throw conversionFailure(error, arguments) }
        return try written(result, arguments, format: 3, &evaluation)
    }

    private static func conversionFailure(_ error: DateError, _ arguments: Arguments) -> ExpressionError {
        guard error.code == .wrongKind else { return failure(error, arguments) }
        return arguments.fail(
            "expects its second parameter to be a time zone matching the time zone indicated by the timestamp. The provided "
                + "value '\(arguments[1].json.stringValue ?? "")' does not match."
        )
    }

    static func formatDateTime(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let date = try date(arguments, 0, evaluation)
        return try written(date, arguments, format: 1, locale: 2, &evaluation)
    }

    static func parseDateTime(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let name = try arguments.optionalString(1)
        let format = try arguments.optionalString(2)
        do {
            let locale = if let name { try DateLocale.named(name) } else { DateLocale.enUS }
            let date = try DateValue.parse(text, locale: locale, format: format, today: evaluation.context.now.utc.date)
            return .string(date.text())
        } catch {
            throw failure(shortened(error), arguments)
        }
    }

    static func dateDifference(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let start = try date(arguments, 0, evaluation)
        let end = try date(arguments, 1, evaluation)
        return .string(DateValue.difference(from: start, to: end).text)
    }

    static func formatTimeSpan(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let text = try arguments.string(0)
        let format = try arguments.optionalString(1) ?? "c"
        let name = try arguments.optionalString(2)
        do {
            let locale = if let name { try DateLocale.named(name) } else { DateLocale.enUS }
            return .string(try TimeSpan.parse(text).text(format: format, locale: locale))
        } catch {
            throw failure(shortened(error), arguments)
        }
    }
}
