import Content
import JSONTree

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
        if parameters.contains(where: { $0.place == .formData && $0.type == "file" }) { return .multipart }
        if let type = (contentType ?? declaredContentType).flatMap(ContentType.init(parsing:)) {
            return type.isMultipart ? .multipart : type.isForm ? .encoded : nil
        }
        let types = consumes.map(ContentType.init(parsing:))
        if !types.isEmpty, types.allSatisfy({ $0?.isMultipart == true }) { return .multipart }
        let takesOnlyForms = !types.isEmpty && types.allSatisfy { $0?.isForm == true }
        return takesOnlyForms || parameters.contains { $0.place == .formData } ? .encoded : nil
    }

    /// The media type of a JSON value: the one of JSON that the operation names, `application/json` before others.
    var jsonType: String { namedJSONType ?? "application/json" }

    /// The media type of a text that comes without one: JSON where the operation names it or names nothing, else the
    /// first that it names, or one of the first range.
    var textType: String {
        if let named = namedJSONType ?? consumes.first(where: { !$0.contains("*") }) { return named }
        switch consumes.first {
        case "text/*"?: return "text/plain"
        case let range? where range != "*/*" && ContentType(parsing: range)?.isJSON != true: return Content.unknownType
        default: return body?.schema?["format"] == "binary" ? Content.unknownType : "application/json"
        }
    }

    /// Whether a body is taken as JSON: the operation names a type of JSON, or says nothing.
    var takesJSON: Bool { consumes.isEmpty || consumes.contains { ContentType(parsing: $0)?.isJSON == true } }

    /// What `Accept` says: the types of JSON that answers have, JSON where nothing is said of them, else anything.
    var acceptedTypes: String {
        if produces.isEmpty { return "application/json" }
        let types = produces.filter { ContentType(parsing: $0)?.isJSON == true }
        if types.contains("application/json") { return "application/json" }
        return types.isEmpty ? "*/*" : types.joined(separator: ", ")
    }

    /// Whether the body is described as a text.
    var takesText: Bool { body?.type == "string" }

    /// Whether a header has to be sent with every request.
    func requiresHeader(_ name: String) -> Bool {
        parameters.contains { $0.place == .header && $0.isRequired && $0.name.isSame(ignoringCase: name) }
    }

    private var body: ParameterDescription? { parameters.first { $0.place == .body } }

    private var namedJSONType: String? {
        let types = consumes.filter { text in
            !text.contains("*") && ContentType(parsing: text)?.isJSON == true
        }
        return types.first { ContentType(parsing: $0)?.essence == "application/json" } ?? types.first
    }

    /// The content type that is sent unless the call gives another: the default of the header, where it is a parameter.
    private var declaredContentType: String? {
        parameters.first { $0.place == .header && $0.name.isSame(ignoringCase: "Content-Type") }?
            .defaultValue?.stringValue
    }
}
