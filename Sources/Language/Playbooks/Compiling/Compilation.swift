public import JSONTree

/// What comes of compiling a definition: the plan, if it can be saved, and all remarks in order of their finding.
public struct Compilation: Sendable {
    /// The plan; nil when ``diagnostics`` hold an error.
    public let definition: Definition?
    /// All errors and warnings.
    public let diagnostics: [Diagnostic]

    /// The first error as Azure would answer it; nil when there is none.
    public var error: DefinitionError? {
        diagnostics.first(where: \.isError).map { DefinitionError($0, diagnostics: diagnostics) }
    }
}

/// Why a definition cannot be saved: the first of its errors, in the form of Azure's answer (section 13.1).
public struct DefinitionError: Error, Sendable, CustomStringConvertible {
    /// The code, `InvalidTemplate`.
    public let code: String
    /// Azure's sentence, "The template validation failed: '…'.".
    public let message: String
    /// The JSON pointer of the place inside the definition.
    public let pointer: String
    /// The line, from 1; 0 when the text is not known.
    public let line: Int
    /// The column, from 1; 0 when the text is not known.
    public let column: Int
    /// Everything that was found, this error included.
    public let diagnostics: [Diagnostic]

    init(_ diagnostic: Diagnostic, diagnostics: [Diagnostic]) {
        code = diagnostic.code
        message = diagnostic.message
        pointer = diagnostic.pointer
        line = diagnostic.line
        column = diagnostic.column
        self.diagnostics = diagnostics
    }

    /// Code and message.
    public var description: String { "\(code): \(message)" }
}

extension Definition {
    /// Checks and compiles a definition.
    ///
    /// - Parameters:
    ///   - json: The definition as it was sent.
    ///   - parameters: The values beside it, `{ "p": { "value": … } }`.
    ///   - options: Where places are looked up and what is taken as given.
    /// - Returns: The plan, unless something in it is refused at save (section 14), and all remarks.
    public static func compile(
        _ json: JSON,
        parameters: JSONObject = JSONObject(),
        options: CompileOptions = CompileOptions()
    ) -> Compilation {
        var compiler = DefinitionCompiler(json: json, parameters: parameters, options: options)
        return compiler.compile()
    }

    /// Checks and compiles a definition that must be right.
    ///
    /// - Parameters:
    ///   - json: The definition as it was sent.
    ///   - parameters: The values beside it, `{ "p": { "value": … } }`.
    ///   - options: Where places are looked up and what is taken as given.
    /// - Returns: The plan.
    /// - Throws: ``DefinitionError`` with the first thing that is refused at save.
    public static func compiled(
        _ json: JSON,
        parameters: JSONObject = JSONObject(),
        options: CompileOptions = CompileOptions()
    ) throws(DefinitionError) -> Definition {
        let compilation = compile(json, parameters: parameters, options: options)
        if let error = compilation.error {
            throw error
        }
        guard let definition = compilation.definition else {
            let nothing = Diagnostic(.error, code: DiagnosticCode.invalidTemplate, message: "", remedy: "")
            throw DefinitionError(nothing, diagnostics: compilation.diagnostics)
        }
        return definition
    }
}
