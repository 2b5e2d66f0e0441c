/// Collects the remarks of one compilation and words them as Azure does (section 13.1).
struct Reporter {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var hasErrors = false
    /// How heavy it is what saving refuses; a warning while checks look at what was saved already.
    var refusal = Diagnostic.Severity.error
    private let limit: Int
    private let locate: @Sendable (String) -> SourcePosition

    init(limit: Int, locate: @escaping @Sendable (String) -> SourcePosition) {
        self.limit = limit
        self.locate = locate
    }

    func position(_ pointer: String) -> SourcePosition {
        locate(pointer)
    }

    /// Refuses the definition: "The template validation failed: '…'.".
    mutating func refuse(_ sentence: String, remedy: String, at pointer: String) {
        add(
            refusal,
            code: DiagnosticCode.invalidTemplate,
            "The template validation failed: '\(sentence)'.",
            remedy: remedy,
            at: pointer
        )
    }

    /// Refuses the definition because of one action or trigger: "The template action 'X' at line … is not valid: "…"".
    mutating func refuse(_ owner: Owner, _ inner: String, remedy: String, at pointer: String? = nil) {
        refuse(
            "The template \(owner.noun) \(owner.placed) is not valid: \"\(inner)\".",
            remedy: remedy,
            at: pointer ?? owner.pointer
        )
    }

    /// Refuses the definition because of an action, by a code of its own and in the whole words that Azure has for it.
    mutating func refuse(code: String, _ message: String, remedy: String, at pointer: String) {
        add(refusal, code: code, message, remedy: remedy, at: pointer)
    }

    mutating func warn(_ code: String, _ message: String, remedy: String, at pointer: String) {
        add(.warning, code: code, message, remedy: remedy, at: pointer)
    }

    private mutating func add(
        _ severity: Diagnostic.Severity,
        code: String,
        _ message: String,
        remedy: String,
        at pointer: String
    ) {
        let isFirstError = severity == .error && !hasErrors
        hasErrors = hasErrors || severity == .error
        // The first error is always kept: it is the answer to whoever saves the definition.
        guard diagnostics.count < limit || isFirstError else {
            return
        }
        let place = locate(pointer)
        diagnostics.append(
            Diagnostic(
                severity,
                code: code,
                message: message,
                remedy: remedy,
                pointer: pointer,
                line: place.line,
                column: place.column
            )
        )
    }
}

/// The action, trigger or output that a remark is about.
struct Owner {
    /// `action`, `trigger` or `output`.
    let noun: String
    let name: String
    let pointer: String
    let position: SourcePosition

    /// "'X' at line '1' and column '313'".
    var placed: String { "'\(name)' at line '\(position.line)' and column '\(position.column)'" }
}

extension ActionDraft {
    var owner: Owner { Owner(noun: "action", name: name, pointer: pointer, position: position) }
}

extension TriggerDraft {
    var owner: Owner { Owner(noun: "trigger", name: name, pointer: pointer, position: position) }
}
