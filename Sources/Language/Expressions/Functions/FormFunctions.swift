import Content
import JSONTree

/// Fields of forms and parts of multipart bodies (section 4.4).
///
/// They read outputs whose `Content-Type` header names a form or a multipart type, and whose body is the envelope that
/// such content becomes (section 10.1).
enum FormFunctions {
    static let all: [ExpressionFunction] = [
        make("triggerFormDataValue", ["field"], "Gives the one value of a form field of the trigger's body.", .trigger)
        {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            try one(try fields(evaluation.context.triggerOutputs(), field: 0, arguments), arguments, field: 0)
        },
        make(
            "triggerFormDataMultiValues",
            ["field"],
            "Gives the values of a form field of the trigger's body.",
            .trigger
        ) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            .array(try fields(evaluation.context.triggerOutputs(), field: 0, arguments))
        },
        make("triggerMultipartBody", ["index"], "Gives the body of a part of the trigger's multipart body.", .trigger) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            try part(evaluation.context.triggerOutputs(), index: 0, arguments)
        },
        make("formDataValue", ["action", "field"], "Gives the one value of a form field of an action's body.", .action)
        {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            try one(try fields(try outputs(arguments, evaluation), field: 1, arguments), arguments, field: 1)
        },
        make(
            "formDataMultiValues",
            ["action", "field"],
            "Gives the values of a form field of an action's body.",
            .action
        ) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            .array(try fields(try outputs(arguments, evaluation), field: 1, arguments))
        },
        make("multipartBody", ["action", "index"], "Gives the body of a part of an action's multipart body.", .action) {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            try part(try outputs(arguments, evaluation), index: 1, arguments)
        },
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        _ reference: ExpressionFunction.Reference,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .forms, parameters, summary, reference: reference, body: .eager(body))
    }

    private static func outputs(_ arguments: Arguments, _ evaluation: Evaluation) throws(ExpressionError) -> JSON? {
        guard case .json(.string(let name)) = arguments[0] else { throw arguments.typeError(0, "to be a string") }
        return try ReferenceFunctions.outputs(ofAction: name, evaluation)
    }

    private static func contentType(_ outputs: JSON?) -> String? {
        guard let headers = outputs?[ignoringCase: "headers"] else { return nil }
        return headers[ignoringCase: "Content-Type"]?.stringValue
    }

    private static func notRetrieved(_ kind: String, _ reason: String, _ arguments: Arguments) -> ExpressionError {
        arguments.fail("failed to retrieve \(kind) contents from outputs. \(reason)")
    }

    private static func mediaType(_ contentType: String?) -> String {
        guard let contentType else { return "" }
        let type = contentType.prefix { $0 != ";" }
        return String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
    }

    private static func fields(_ outputs: JSON?, field: Int, _ arguments: Arguments) throws(ExpressionError) -> [JSON] {
        guard case .json(.string(let name)) = arguments[field] else {
            throw arguments.typeError(field, "to be a string")
        }
        let type = contentType(outputs)
        let body = ReferenceFunctions.body(of: outputs)
        switch mediaType(type) {
        case "application/x-www-form-urlencoded", "multipart/form-data": break
        default:
            throw notRetrieved(
                "formdata",
                "The output content is not a valid form data content. Supported form data content types are "
                    + "'multipart/form-data' and 'application/x-www-form-urlencoded' and the provided content type is "
                    + "'\(type ?? "<null>")'.",
                arguments
            )
        }
        return (FormData.fields(inBody: body) ?? []).filter { Ordering.same($0.key, name) }.map(\.value)
    }

    private static func one(_ values: [JSON], _ arguments: Arguments, field: Int) throws(ExpressionError) -> Value {
        guard values.count <= 1 else {
            let name = arguments[field].json.stringValue ?? ""
            throw notRetrieved(
                "formdata",
                "There are more than one items matching the field name '\(name)'.",
                arguments
            )
        }
        return .json(values.first ?? .null)
    }

    private static func part(_ outputs: JSON?, index: Int, _ arguments: Arguments) throws(ExpressionError) -> Value {
        let place = try arguments.integer(index)
        let type = contentType(outputs)
        guard mediaType(type).hasPrefix("multipart/") else {
            throw notRetrieved(
                "multipart",
                "The supported multipart content type is 'multipart/*' and the provided content type is "
                    + "'\(type ?? "<null>")'.",
                arguments
            )
        }
        let parts = ReferenceFunctions.body(of: outputs)["$multipart"]?.arrayValue ?? []
        guard place >= 0, place < Int64(parts.count) else {
            throw notRetrieved(
                "multipart",
                "The index value '\(place)' exceeds the number of multipart contents '\(parts.count)' in the outputs.",
                arguments
            )
        }
        return .json(parts[Int(place)]["body"] ?? .null)
    }
}
