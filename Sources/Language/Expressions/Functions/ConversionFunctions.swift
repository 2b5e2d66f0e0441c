import Content
import JSONTree
import XMLTree

/// Conversion between types (section 4.4).
enum ConversionFunctions {
    static let all: [ExpressionFunction] = [
        make("string", ["value"], "Gives the text of a value.", string),
        make("int", ["value"], "Gives the integer that a text, number or boolean means.", int),
        make("float", ["value", "locale?"], "Gives the number that a text of a locale means.", float),
        make("decimal", ["value"], "Gives a decimal number of up to 29 digits.", decimal),
        make("bool", ["value"], "Gives the boolean that a text or number means.", bool),
        make("json", ["value"], "Reads JSON text or turns XML into JSON.", json),
        make("base64", ["value"], "Writes a text or content in base64.", base64),
        make("base64ToString", ["base64"], "Reads base64 as text.", base64ToString),
        make("decodeBase64", ["base64"], "Reads base64 as text; the older name of base64ToString.", base64ToString),
        make("base64ToBinary", ["base64"], "Makes content of base64.", base64ToBinary),
        make("binary", ["value"], "Makes content of a text.", binary),
        make("dataUri", ["value"], "Writes a text or content as a data URI.", dataURI),
        make("dataUriToString", ["dataUri"], "Reads the text of a data URI.", dataURIToString),
        make("dataUriToBinary", ["dataUri"], "Makes content of a data URI.", dataURIToBinary),
        make("decodeDataUri", ["dataUri"], "Reads a data URI: text, JSON or content by its type.", decodeDataURI),
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .conversion, parameters, summary, body: .eager(body))
    }
}

// MARK: - Simple types

extension ConversionFunctions {
    static func string(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        if case .json(.string) = arguments[0] { return arguments[0] }
        return .string(try evaluation.text(arguments[0]))
    }

    static func int(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.integer): return arguments[0]
        case .json(.bool(let value)): return .integer(value ? 1 : 0)
        case .json(.double(let value)):
            if let integer = Int64(exactly: value) { return .integer(integer) }
        case .json(.string(let text)):
            try evaluation.spend(text.utf8.count)
            if let integer = NumberParsing.integer(text) { return .integer(integer) }
        case .decimal(let value):
            if let integer = value.integerValue { return .integer(integer) }
        default: break
        }
        throw arguments.notConvertible
    }

    static func float(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let locale = try arguments.optionalString(1) ?? "en-US"
        guard let culture = NumberCulture.named(locale) else { throw arguments.unknownLocale(locale) }
        if case .json(.string(let text)) = arguments[0] {
            try evaluation.spend(text.utf8.count)
            guard let value = NumberParsing.double(text, culture: culture) else { throw arguments.notConvertible }
            return .json(.double(value))
        }
        guard let number = Number(arguments[0]), number.doubleValue.isFinite else { throw arguments.notConvertible }
        return .json(.double(number.doubleValue))
    }

    static func decimal(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let value: NetDecimal?
        switch arguments[0] {
        case .json(.string(let text)), .json(.digits(let text)):
            try evaluation.spend(text.utf8.count)
            value = NumberParsing.decimal(text)
        case .json(.integer(let integer)): value = NetDecimal(integer)
        case .json(.double(let double)): value = NetDecimal(double)
        case .decimal: return arguments[0]
        default: value = nil
        }
        guard let value else { throw arguments.notConvertible }
        return .decimal(value)
    }

    static func bool(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.bool): return arguments[0]
        case .json(.string(let text)):
            if text.utf8.count <= 64 {
                let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n", "\0"]
                let word = text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
                switch String(word).lowercased() {
                case "true": return .boolean(true)
                case "false": return .boolean(false)
                default: break
                }
            }
        default:
            if let number = Number(arguments[0]) { return .boolean(!number.isZero) }
        }
        throw arguments.notConvertible
    }
}

// MARK: - JSON

extension ConversionFunctions {
    static func json(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .xml(let document):
            try evaluation.spend(document.outerXML.utf8.count)
            return .json(document.json)
        case .json(.string(let text)): return try parsed(text, arguments, &evaluation)
        case .json(.object(let object)):
            guard let envelope = Envelope(object: object) else { return arguments[0] }
            try evaluation.spend(envelope.content.utf8.count)
            let bytes = try envelope.content()
            if XMLFunctions.isXML(envelope.contentType) {
                return .json(try XMLFunctions.parse(bytes, arguments).json)
            }
            return try parsed(String(decoding: bytes, as: UTF8.self), arguments, &evaluation)
        case .json(.null): throw arguments.typeError(0, "to be a string or an XML", ordinal: false)
        default: return arguments[0]
        }
    }

    private static func parsed(
        _ text: String,
        _ arguments: Arguments,
        _ evaluation: inout Evaluation
    ) throws(ExpressionError) -> Value {
        try evaluation.spend(text.utf8.count)
        do {
            return .json(try JSONLenient.parse(text))
        } catch {
            let shown = text.utf16.count > 1_024 ? String(text.prefix(1_024)) + "…" : text
            throw arguments.fail(
                "parameter is not valid. The provided value '\(shown)' cannot be parsed: '\(error.message)'.",
                usage: true
            )
        }
    }
}

// MARK: - Base64

extension ConversionFunctions {
    static func base64(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        if arguments[0].isNull { throw arguments.notConvertible }
        if case .json(.object(let object)) = arguments[0], let envelope = Envelope(object: object) {
            return .string(envelope.content)
        }
        let text = try evaluation.text(arguments[0])
        try evaluation.produce(text.utf8.count / 3 * 4 + 4)
        return .string(Base64.encode(Array(text.utf8)))
    }

    /// The bytes of a base64 argument.
    private static func decoded(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation
    ) throws(ExpressionError) -> [UInt8] {
        let text = try arguments.onlyString()
        try evaluation.spend(text.utf8.count)
        guard let bytes = Base64.decode(text) else {
            throw arguments.fail(
                "was invoked with a parameter that is not valid. The value cannot be decoded from base64 representation."
            )
        }
        return bytes
    }

    static func base64ToString(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        .string(String(decoding: try decoded(arguments, &evaluation), as: UTF8.self))
    }

    static func base64ToBinary(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let bytes = try decoded(arguments, &evaluation)
        return .json(Envelope(contentType: octetStream, bytes: bytes).json)
    }

    private static let octetStream = "application/octet-stream"

    static func binary(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        if arguments[0].isNull { throw arguments.notConvertible }
        if case .json(.object(let object)) = arguments[0], Envelope(object: object) != nil { return arguments[0] }
        let text = try evaluation.text(arguments[0])
        try evaluation.produce(text.utf8.count / 3 * 4 + 4)
        return .json(Envelope(contentType: octetStream, bytes: Array(text.utf8)).json)
    }
}

// MARK: - Data URIs

extension ConversionFunctions {
    static func dataURI(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        if arguments[0].isNull { throw arguments.notConvertible }
        if let envelope = Envelope.of(arguments[0]) {
            try evaluation.produce(envelope.content.utf8.count)
            return .string("data:\(envelope.contentType);base64,\(envelope.content)")
        }
        let text = try evaluation.text(arguments[0])
        try evaluation.produce(text.utf8.count / 3 * 4 + 64)
        return .string("data:text/plain;charset=utf-8;base64," + Base64.encode(Array(text.utf8)))
    }

    /// The parts of a data URI.
    private struct DataURI {
        /// The media type with its parameters, as written; empty when left out.
        var contentType: String
        var bytes: [UInt8]

        var mediaType: String {
            contentType.prefix { $0 != ";" }.lowercased()
        }

        /// The content as text, by the type's `charset` or else as UTF-8.
        var text: String {
            switch ContentType(parsing: contentType)?.charset {
            case nil, .utf8?: String(decoding: bytes, as: UTF8.self)
            case let charset?: charset.text(bytes)
            }
        }
    }

    private static func read(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> DataURI
    {
        let text = try arguments.onlyString()
        try evaluation.spend(text.utf8.count)
        let utf8 = text.utf8
        guard utf8.count >= 5, String(text.unicodeScalars.prefix(5)).lowercased() == "data:",
            let comma = utf8.firstIndex(of: UInt8(ascii: ","))
        else { throw malformed(text, arguments) }
        var type = String(text[utf8.index(utf8.startIndex, offsetBy: 5)..<comma])
        let data = String(text[utf8.index(after: comma)...])
        if type.lowercased().hasSuffix(";base64") {
            type = String(type.unicodeScalars.dropLast(7))
            guard let bytes = Base64.decode(PercentText.decode(data, plusAsBlank: false)) else {
                throw malformed(text, arguments)
            }
            return DataURI(contentType: type, bytes: bytes)
        }
        return DataURI(contentType: type, bytes: PercentEncoding.decodeBytes(data.utf8))
    }

    private static func malformed(_ text: String, _ arguments: Arguments) -> ExpressionError {
        let shown = text.utf16.count > 1_024 ? String(text.prefix(1_024)) + "…" : text
        return arguments.fail(
            "expects its parameter to be formatted as a valid data URI. The provided value '\(shown)' was not formatted "
                + "correctly.",
            usage: true
        )
    }

    static func dataURIToString(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        .string(try read(arguments, &evaluation).text)
    }

    static func dataURIToBinary(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        let uri = try read(arguments, &evaluation)
        let type = uri.contentType.isEmpty ? "text/plain;charset=us-ascii" : uri.contentType
        return .json(Envelope(contentType: type, bytes: uri.bytes).json)
    }

    static func decodeDataURI(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let uri = try read(arguments, &evaluation)
        let type = uri.mediaType
        if type.isEmpty || type.hasPrefix("text/") { return .string(uri.text) }
        if type == "application/json" || type.hasSuffix("+json") {
            let text = uri.text
            return .json((try? JSON.parse(text)) ?? .string(text))
        }
        let hasCharset = uri.contentType.lowercased().contains("charset=")
        return .json(
            Envelope(
                contentType: hasCharset ? uri.contentType : uri.contentType + ";charset=us-ascii",
                bytes: uri.bytes
            ).json
        )
    }
}
