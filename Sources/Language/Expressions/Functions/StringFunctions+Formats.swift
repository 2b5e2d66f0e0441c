import Content
import JSONTree
import XMLTree

/// Numbers, GUIDs and XML as text.
extension StringFunctions {
    static func formatNumber(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let number: NumberFormat.Number
        switch Number(arguments[0]) {
        case .integer(let value)?: number = .integer(value)
        case .double(let value)?: number = .double(value)
        case .decimal(let value)?: number = .decimal(value)
        case nil: throw arguments.typeError(0, "to be an integer, a float or a decimal number")
        }
        let format = try arguments.optionalString(1) ?? ""
        let locale = try arguments.optionalString(2) ?? "en-US"
        guard let culture = NumberCulture.named(locale) else { throw arguments.unknownLocale(locale) }
        do {
            let text = try NumberFormat(culture: culture, maximumLength: evaluation.limits.producedCharacters)
                .text(number, format: format)
            try evaluation.produce(text.utf8.count)
            return .string(text)
        } catch let error as ExpressionError {
            throw error
        } catch NumberFormat.Failure.tooLong {
            throw evaluation.tooLong(evaluation.limits.producedCharacters)
        } catch {
            throw arguments.fail(
                "was invoked with a parameter that is not valid. The provided number format '\(format.prefix(64))' is not valid "
                    + "for a value of type '\(arguments[0].typeName)'.",
                usage: true
            )
        }
    }

    static func guid(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let format = try arguments.optionalString(0) ?? "D"
        guard let text = GUIDText.text(evaluation.context.newGUID(), format: format) else {
            throw arguments.fail(
                "was invoked with a format that is not valid. The format must be 'D', 'N', 'B', 'P' or 'X'.",
                usage: true
            )
        }
        return .string(text)
    }

    static func isInt(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.string(let text)):
            try evaluation.spend(text.utf8.count)
            return .boolean(NumberParsing.integer(text) != nil)
        case .json(.integer): return .boolean(true)
        case .json(.double(let value)): return .boolean(Int64(exactly: value) != nil)
        default: return .boolean(false)
        }
    }

    static func isFloat(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let locale = try arguments.optionalString(1) ?? "en-US"
        guard let culture = NumberCulture.named(locale) else { throw arguments.unknownLocale(locale) }
        if case .json(.string(let text)) = arguments[0] {
            try evaluation.spend(text.utf8.count)
            return .boolean(NumberParsing.double(text, culture: culture) != nil)
        }
        return .boolean(Number(arguments[0]) != nil)
    }

    static func encodeXMLValue(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let text = try arguments.onlyString()
        try evaluation.produce(text.utf8.count)
        return .string(XMLEscaping.escape(text))
    }

    static func decodeXMLValue(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let text = try arguments.onlyString()
        try evaluation.produce(text.utf8.count)
        return .string(XMLEscaping.unescape(text))
    }

    static func encodeXMLName(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.onlyString()
        try evaluation.produce(text.utf8.count)
        return .string(XMLNames.encode(text))
    }

    static func decodeXMLName(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.onlyString()
        try evaluation.produce(text.utf8.count)
        return .string(XMLNames.decode(text))
    }

    static func trimByteOrderMark(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation
    ) throws(ExpressionError) -> Value {
        if let envelope = Envelope.of(arguments[0]) {
            try evaluation.spend(envelope.content.utf8.count)
            let bytes = try envelope.content()
            guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return arguments[0] }
            return .json(Envelope(contentType: envelope.contentType, bytes: Array(bytes.dropFirst(3))).json)
        }
        let text = try arguments.onlyString()
        guard text.unicodeScalars.first == "\u{FEFF}" else { return .string(text) }
        return .string(String(text.unicodeScalars.dropFirst()))
    }

    static func utf8Length(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .integer(Int64(try arguments.onlyString().utf8.count))
    }

    static func utf16Length(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .integer(Int64(try arguments.onlyString().utf16.count))
    }
}

extension Arguments {
    func unknownLocale(_ locale: String) -> ExpressionError {
        fail(
            "was invoked with a locale that is not valid. The provided value '\(locale.prefix(64))' is not a known locale.",
            usage: true
        )
    }
}
