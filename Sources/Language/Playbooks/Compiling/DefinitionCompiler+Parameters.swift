internal import Expressions
internal import JSONTree
internal import Moments

extension DefinitionCompiler {
    /// Reads the declared parameters and joins them with the given values (section 1.1).
    mutating func readParameters() {
        let declared = dictionary("parameters")
        if let declared, declared.object.count > options.limits.parameters {
            reporter.refuse(
                "The template has \(declared.object.count) parameters. The limit is \(options.limits.parameters).",
                remedy: "Join parameters into one of type Object.",
                at: declared.pointer
            )
            return
        }
        if let declared {
            for (name, value) in declared.object {
                readParameter(name, value, at: Pointer.child(declared.pointer, name))
            }
        }
        for (name, _) in givenParameters where !isDeclared(name) {
            // A single-tenant application shares its parameters among its workflows.
            guard options.host == .consumption else {
                continue
            }
            reporter.refuse(
                "The workflow parameters '\(name)' are not declared in the definition.",
                remedy: "Declare the parameter under 'parameters' of the definition, or do not give a value for it.",
                at: "/parameters"
            )
        }
    }

    func isDeclared(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return draft.parameters.contains { $0.name.lowercased() == lowered }
    }

    private func hasValue(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return draft.parameters.contains { $0.name.lowercased() == lowered && !$0.isPlaceholder }
    }

    private mutating func readParameter(_ name: String, _ json: JSON, at pointer: String) {
        checkName(name, "parameter", at: pointer)
        if isDeclared(name) {
            refuseParameter(
                name,
                "is declared twice",
                "Names are matched without regard to case; rename one.",
                at: pointer
            )
            return
        }
        guard json.objectValue != nil, let word = json[ignoringCase: "type"]?.stringValue else {
            refuseParameter(name, "has no 'type'", "Give it a type: \(Self.parameterTypes).", at: pointer)
            return
        }
        guard let type = ParameterDeclaration.ValueType(word: word) else {
            refuseParameter(
                name,
                "has an unknown type '\(word)'",
                "Use one of \(Self.parameterTypes).",
                at: pointer + "/type"
            )
            return
        }
        let defaultValue = json[ignoringCase: "defaultValue"]
        if let defaultValue, type.isSecure, !defaultValue.isBlank {
            reporter.warn(
                DiagnosticCode.secureDefault,
                "The secure parameter '\(name)' has a default value, which everyone who can read the definition can read.",
                remedy: "Remove the default value and give the value beside the definition.",
                at: pointer + "/defaultValue"
            )
        }
        let allowed = json[ignoringCase: "allowedValues"]?.arrayValue
        let given = givenParameters.member(ignoringCase: name)?.value
        let resolved = resolve(name, type: type, given: given, defaultValue: defaultValue, at: pointer)
        if let value = resolved {
            check(value, of: name, type: type, allowed: allowed, at: pointer)
        }
        draft.parameters.append(
            ParameterDeclaration(
                name: name,
                type: type,
                defaultValue: defaultValue,
                allowedValues: allowed,
                value: resolved ?? .null,
                isPlaceholder: resolved == nil,
                metadata: json[ignoringCase: "metadata"]
            )
        )
    }

    /// The value of a parameter; nil when there is none, which is then reported.
    private mutating func resolve(
        _ name: String,
        type: ParameterDeclaration.ValueType,
        given: JSON?,
        defaultValue: JSON?,
        at pointer: String
    ) -> JSON? {
        if let given {
            if let value = given[ignoringCase: "value"] {
                return value
            }
            if given[ignoringCase: "reference"] == nil {
                refuseParameter(
                    name,
                    "is given without 'value'",
                    "Write it as { \"\(name)\": { \"value\": … } }.",
                    at: pointer
                )
                return nil
            }
        } else if let defaultValue {
            return defaultValue
        }
        if options.refusesMissingParameters {
            refuseParameter(
                name,
                "has neither a value nor a default value",
                "Give a value beside the definition.",
                at: pointer
            )
        } else {
            reporter.warn(
                DiagnosticCode.placeholder,
                "The workflow parameter '\(name)' has neither a value nor a default value.",
                remedy: "Give a value for it when the workflow is saved.",
                at: pointer
            )
        }
        return nil
    }

    private mutating func check(
        _ value: JSON,
        of name: String,
        type: ParameterDeclaration.ValueType,
        allowed: [JSON]?,
        at pointer: String
    ) {
        guard !Placeholder.isIn(value) else {
            return
        }
        guard type.accepts(value) else {
            refuseParameter(
                name,
                "is of type '\(type.rawValue)', but its value is of type '\(value.typeWord)'",
                "Give a value of type \(type.rawValue).",
                at: pointer
            )
            return
        }
        if let allowed, !allowed.contains(value) {
            let list = type.isSecure ? "" : " Allowed are \(allowed.map(\.text).joined(separator: ", "))."
            refuseParameter(
                name,
                "has a value that is not among its allowed values",
                "Choose an allowed value.\(list)",
                at: pointer
            )
        }
    }

    private mutating func refuseParameter(_ name: String, _ what: String, _ remedy: String, at pointer: String) {
        reporter.refuse("The workflow parameter '\(name)' \(what).", remedy: remedy, at: pointer)
    }

    private static let parameterTypes = ParameterDeclaration.ValueType.allCases.map(\.rawValue).joined(separator: ", ")

    /// The value of a JSON value whose templates use nothing but parameters; nil when they use more or fail.
    func evaluateWithParameters(_ template: Template) -> JSON? {
        guard let value = knownValue(of: template), !Placeholder.isIn(value) else {
            return nil
        }
        return value
    }

    private func knownValue(of template: Template) -> JSON? {
        if let constant = template.constant {
            return constant
        }
        let isKnown = template.calls.allSatisfy { call in
            call.function.reference == .parameter
                ? call.arguments.first.flatMap(\.self).map { hasValue($0) } ?? false : call.function.isPure
        }
        guard isKnown else {
            return nil
        }
        do throws(ExpressionError) {
            return try template.evaluate(in: ParameterContext(parameters: draft.parameters))
        } catch {
            // A template over more than parameters: what uses it says so.
            return nil
        }
    }

    /// The value of a setting that may be a template over parameters; nil when it cannot be known before a run.
    func evaluateWithParameters(_ json: JSON) -> JSON? {
        do throws(ExpressionError) {
            return evaluateWithParameters(try Template.compile(json, limits: options.expressionLimits))
        } catch {
            return nil
        }
    }
}

/// What templates over parameters alone see.
struct ParameterContext: EvaluationContext {
    let parameters: [ParameterDeclaration]

    var now: Timestamp { Timestamp.min }
    func newGUID() -> String { "00000000-0000-0000-0000-000000000000" }
    func random(in range: Range<Int64>) -> Int64 { range.lowerBound }

    func parameter(_ name: String) -> JSON? {
        let lowered = name.lowercased()
        return parameters.first { $0.name.lowercased() == lowered && !$0.isPlaceholder }?.value
    }
}

extension ParameterDeclaration.ValueType {
    /// Whether a value is of this type.
    ///
    /// A string that is a template over other parameters does not exist: defaults are plain values. A null is taken
    /// for secure types and objects, which gallery templates leave empty.
    func accepts(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.string, .string), (.secureString, .string): true
        case (.int, .integer): true
        case (.float, .integer), (.float, .double), (.float, .digits): true
        case (.bool, .bool): true
        case (.array, .array): true
        case (.object, .object), (.secureObject, .object): true
        default: false
        }
    }
}

extension JSON {
    /// Whether it is null, or a text, an array or an object in which nothing is.
    var isBlank: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }

    /// The type as error texts name it (section 2.7).
    var typeWord: String {
        switch self {
        case .null: "Null"
        case .bool: "Boolean"
        case .integer: "Integer"
        case .double, .digits: "Float"
        case .string: "String"
        case .array: "Array"
        case .object: "Object"
        }
    }
}
