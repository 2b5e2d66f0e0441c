import Content
import JSONTree

/// What the media types of an operation, and of its parameters, mean for bodies; found out once.
struct OperationMediaTypes: Sendable {
    /// The media type of a JSON value: the one of JSON that the operation names, `application/json` before others.
    let json: String
    /// The media type of a text that comes without one: JSON where the operation names it or names nothing, else the
    /// first that it names, or one of the first range.
    let text: String
    /// Whether a body is taken as JSON: the operation names a type of JSON, or says nothing.
    let takesJSON: Bool
    /// What `Accept` says: the types of JSON that answers have, JSON where nothing is said of them, else anything.
    let accepted: String
    /// The type of JSON that is the only one of answers; nil when there is none or more.
    let onlyAnswer: String?
    /// Whether the body is described as a text.
    let takesText: Bool
    /// Whether a `Content-Type` has to be sent with every request.
    let requiresContentType: Bool
    /// The kind of form that a body is where the call gives no content type.
    let form: OperationDescription.FormKind?
    /// Whether one of the fields is a file.
    let hasFile: Bool
    /// The kind of form that the operation takes by its media types and fields alone.
    let consumedForm: OperationDescription.FormKind?

    /// `isStreamable`: whether it speaks the streamable form of MCP, which wants both of its types to be taken.
    init(
        _ parameters: [ParameterDescription],
        consumes: [String],
        produces: [String],
        isStreamable: Bool = false
    ) {
        let types = consumes.map(ContentType.init(parsing:))
        let body = parameters.first { $0.place == .body }
        let named = Self.jsonType(consumes)
        json = named ?? "application/json"
        takesJSON = consumes.isEmpty || types.contains { $0?.isJSON == true }
        takesText = body?.type == "string"
        text = Self.text(consumes, named: named, body)
        accepted = isStreamable ? "application/json, text/event-stream" : Self.accepted(produces)
        onlyAnswer = produces.count == 1 && ContentType(parsing: produces[0])?.isJSON == true ? produces[0] : nil
        hasFile = parameters.contains { $0.place == .formData && $0.type == "file" }
        let contentType = parameters.first { $0.place == .header && $0.name.isSame(ignoringCase: "Content-Type") }
        requiresContentType = contentType?.isRequired == true
        let takesOnlyForms = !types.isEmpty && types.allSatisfy { $0?.isForm == true }
        let hasFields = parameters.contains { $0.place == .formData }
        if !types.isEmpty, types.allSatisfy({ $0?.isMultipart == true }) {
            consumedForm = .multipart
        } else {
            consumedForm = takesOnlyForms || hasFields ? .encoded : nil
        }
        // The content type that is sent unless the call gives another: the default of the header, where it is a parameter.
        form = Self.form(contentType?.defaultValue?.stringValue, hasFile: hasFile, consumed: consumedForm)
    }

    /// The kind of form that a content type means: a file makes a form of parts, whatever media types are named.
    static func form(
        _ contentType: String?,
        hasFile: Bool,
        consumed: OperationDescription.FormKind?
    ) -> OperationDescription.FormKind? {
        if hasFile { return .multipart }
        guard let type = contentType.flatMap(ContentType.init(parsing:)) else { return consumed }
        return type.isMultipart ? .multipart : type.isForm ? .encoded : nil
    }

    private static func jsonType(_ consumes: [String]) -> String? {
        let types = consumes.filter { text in
            !text.contains("*") && ContentType(parsing: text)?.isJSON == true
        }
        return types.first { ContentType(parsing: $0)?.essence == "application/json" } ?? types.first
    }

    private static func text(_ consumes: [String], named: String?, _ body: ParameterDescription?) -> String {
        if let named = named ?? consumes.first(where: { !$0.contains("*") }) { return named }
        switch consumes.first {
        case "text/*"?: return "text/plain"
        case let range? where range != "*/*" && ContentType(parsing: range)?.isJSON != true: return Content.unknownType
        default: return body?.schema?["format"] == "binary" ? Content.unknownType : "application/json"
        }
    }

    private static func accepted(_ produces: [String]) -> String {
        if produces.isEmpty { return "application/json" }
        let types = produces.filter { ContentType(parsing: $0)?.isJSON == true }
        if types.contains("application/json") { return "application/json" }
        return types.isEmpty ? "*/*" : types.joined(separator: ", ")
    }
}

extension OperationDescription {
    /// The kinds of forms.
    enum FormKind: Sendable, Hashable {
        /// `multipart/form-data`.
        case multipart
        /// `application/x-www-form-urlencoded`.
        case encoded
    }

    /// The kind of form that a body is sent as; nil when it is none.
    ///
    /// A file makes a form of parts, whatever media types are named. Otherwise the content type decides, and then what
    /// the operation takes.
    ///
    /// - Parameter contentType: The content type that the call gives; nil means the one that the definition has for it.
    /// - Returns: The kind.
    func formKind(contentType: String? = nil) -> FormKind? {
        guard let contentType else { return media.form }
        return OperationMediaTypes.form(contentType, hasFile: media.hasFile, consumed: media.consumedForm)
    }
}
