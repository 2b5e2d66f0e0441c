public import JSONTree

/// A JSON Schema of draft 4, compiled once and used for many values.
///
/// Follows Newtonsoft's schema library, which the service uses for ParseJson and Request triggers (workflow definition
/// language, section 15): its messages, paths and order of issues. `integer` is told by text, so `1.0` is none. Unknown
/// keywords are ignored; of formats only `date-time` is checked. Patterns are *not* evaluated, since they come from
/// untrusted definitions: ``unsupportedKeywords`` names them, so that a caller can refuse the schema.
///
/// ```swift
/// let schema = try CompiledSchema(["type": "object", "properties": ["n": ["type": "integer"]]])
/// schema.validate(["n": "x"]).first?.message  // Invalid type. Expected Integer but got String.
/// ```
public struct CompiledSchema: Sendable {
    let nodes: [CompiledNode]
    let limits: SchemaLimits

    /// The keywords in the schema that are not evaluated: `pattern`, `patternProperties`; each once.
    public let unsupportedKeywords: [String]

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - json: The schema, an object.
    ///   - limits: Bounds for this and for later checks.
    /// - Throws: ``SchemaError`` when a keyword is malformed or a reference leads nowhere or in a circle.
    public init(_ json: JSON, limits: SchemaLimits = .default) throws(SchemaError) {
        var compiler = SchemaCompiler(json, limits: limits)
        try compiler.compile()
        nodes = compiler.nodes.map(CompiledNode.init)
        unsupportedKeywords = compiler.unsupported
        self.limits = limits
    }

    /// Checks a value.
    ///
    /// - Returns: What does not match, members before what concerns their object; empty when the value is valid.
    public func validate(_ value: JSON) -> [SchemaIssue] {
        var validator = SchemaValidator(self, collects: true)
        _ = validator.run(value)
        return validator.issues
    }

    /// Checks a parsed text; issues carry line and column.
    public func validate(_ document: JSONDocument) -> [SchemaIssue] {
        validate(document.value).map { $0.placed(in: document) }
    }

    /// Whether a value is valid; stops at the first issue.
    public func isValid(_ value: JSON) -> Bool {
        var validator = SchemaValidator(self, collects: false)
        return validator.run(value)
    }

    /// The message of the first issue, such as `Invalid type. Expected String but got Null.`; nil for a valid value.
    public func firstMessage(for value: JSON) -> String? {
        validate(value).first?.message
    }
}
