import Content
import JSONTree

/// Functions on addresses (section 4.4).
enum URIFunctions {
    static let all: [ExpressionFunction] = [
        make("uriComponent", ["value…"], "Percent-encodes a text for use in an address.", encode),
        make("encodeUriComponent", ["value…"], "Percent-encodes a text for use in an address.", encode),
        make("uriComponentToString", ["component"], "Decodes a percent-encoded text; a plus is a blank.") {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            .string(try decode(arguments, &evaluation, plusAsBlank: true))
        },
        make("decodeUriComponent", ["component"], "Decodes a percent-encoded text.") {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            .string(try decode(arguments, &evaluation, plusAsBlank: false))
        },
        make("uriComponentToBinary", ["component"], "Decodes a percent-encoded text into content.", toBinary),
        part("uriHost", "Gives the host of an address.") { .string($0.host) },
        part("uriPath", "Gives the path of an address.") { .string($0.path) },
        part("uriPathAndQuery", "Gives the path and query of an address.") { .string($0.path + $0.query) },
        part("uriPort", "Gives the port of an address.") { .integer(Int64($0.port)) },
        part("uriQuery", "Gives the query of an address with its question mark.") { .string($0.query) },
        part("uriScheme", "Gives the scheme of an address.") { .string($0.scheme) },
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .uris, parameters, summary, body: .eager(body))
    }

    static func encode(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var result = ""
        for index in 0..<arguments.count {
            let text = try evaluation.text(arguments[index])
            try evaluation.spend(text.utf8.count)
            try evaluation.append(PercentEncoding.encode(text), to: &result)
        }
        return .string(result)
    }

    private static func decode(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation,
        plusAsBlank: Bool
    ) throws(ExpressionError) -> String {
        let text = try arguments.onlyString()
        try evaluation.spend(text.utf8.count)
        return PercentText.decode(text, plusAsBlank: plusAsBlank)
    }

    static func toBinary(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try decode(arguments, &evaluation, plusAsBlank: false)
        return .json(Envelope(contentType: "application/octet-stream", bytes: Array(text.utf8)).json)
    }

    private static func part(
        _ name: String,
        _ summary: String,
        _ value: @escaping @Sendable (URIParts) -> Value
    ) -> ExpressionFunction {
        make(name, ["uri"], summary) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            let text = try arguments.onlyString()
            try evaluation.spend(text.utf8.count)
            guard let parts = URIParts(text) else {
                throw arguments.fail(
                    "expects its parameter to be a string representing an absolute URI. The provided value "
                        + "'\(text.prefix(1_024))' is not an absolute URI.",
                    usage: true
                )
            }
            return value(parts)
        }
    }
}
