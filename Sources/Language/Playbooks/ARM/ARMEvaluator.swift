internal import JSONTree

/// Evaluates the expressions of one deployment template.
///
/// It lives only while a file is loaded; variables and parameters are evaluated when first asked for and kept.
final class ARMEvaluator {
    let template: JSON
    let context: DeploymentContext
    /// Where the template stands in the file; empty for the file itself.
    let pointer: String
    let given: JSONObject
    private var parameters: [String: JSON] = [:]
    private var variables: [String: JSON] = [:]
    private var inProgress: Set<String> = []
    private var userParameters: [JSONObject] = []
    private var steps = 0
    /// The innermost copy loop last: its name in lower case and its index.
    var copyLoops: [(name: String, index: Int64)] = []
    /// Variables of the lambdas around the present expression, the innermost last.
    var lambdaVariables: [(name: String, value: JSON)] = []
    /// Remarks, in order of their finding.
    private(set) var remarks: [Remark] = []
    /// The parameters, in lower case, that got a placeholder for their missing value.
    var placeholders: Set<String> = []
    /// The deployments whose outputs are being evaluated, in lower case.
    var deploymentsInProgress: Set<String> = []
    /// How many `newGuid()` were made.
    var generatedGUIDs = 0

    /// A remark at a place of the file.
    struct Remark {
        let severity: Diagnostic.Severity
        let code: String
        let message: String
        let remedy: String
        let pointer: String
    }

    /// How many nodes of expressions one template may evaluate.
    static let stepLimit = 2_000_000
    /// How many characters one expression may produce.
    static let textLimit = 10_000_000

    init(template: JSON, given: JSONObject, context: DeploymentContext, pointer: String = "") {
        self.template = template
        self.given = given
        self.context = context
        self.pointer = pointer
    }

    func remark(_ severity: Diagnostic.Severity, _ code: String, _ message: String, remedy: String, at pointer: String)
    {
        remarks.append(Remark(severity: severity, code: code, message: message, remedy: remedy, pointer: pointer))
    }

    func adopt(_ others: [Remark]) {
        remarks.append(contentsOf: others)
    }

    // MARK: Expressions

    /// The value of a string of the template: an expression, an escaped literal, or itself.
    func string(_ text: String, at pointer: String) -> JSON {
        switch ARMParser.classify(text) {
        case .literal(let literal): return .string(literal)
        case .expression(let expression):
            do throws(ARMError) {
                let value = try evaluate(ARMParser.parse(expression))
                if ARMUnresolved.isMarked(value) {
                    remark(
                        .warning,
                        DiagnosticCode.unresolved,
                        "The expression asks for something that only a deployment in the cloud knows: \(expression.prefix(200))",
                        remedy: "Replace the marked value after the import.",
                        at: pointer
                    )
                }
                return value
            } catch {
                remark(.error, DiagnosticCode.invalidDeployment, error.message, remedy: error.remedy, at: pointer)
                return .string(text)
            }
        }
    }

    func evaluate(_ syntax: ARMSyntax) throws(ARMError) -> JSON {
        steps += 1
        guard steps <= Self.stepLimit else {
            throw ARMError(
                "The template needs more than \(Self.stepLimit) steps to evaluate.",
                remedy: "Simplify its expressions."
            )
        }
        switch syntax {
        case .string(let text): return .string(text)
        case .integer(let number): return .integer(number)
        case .double(let number): return .double(number)
        case .call(let name, let arguments, let text): return try call(name, arguments, text)
        case .member(let base, let name, let isSafe):
            let value = try evaluate(base)
            if let inner = placeholderMember(of: base, value, name) {
                return inner
            }
            return try select(value, .string(name), access: "." + name, isSafe: isSafe)
        case .index(let base, let key, let isSafe):
            let value = try evaluate(base)
            let selector = try evaluate(key)
            let shown = selector.stringValue.map { "'\($0)'" } ?? selector.text
            return try select(value, selector, access: "[\(shown)]", isSafe: isSafe)
        }
    }

    /// What stands for a member of a parameter that has no value: `placeholder-name.member`.
    private func placeholderMember(of base: ARMSyntax, _ value: JSON, _ name: String) -> JSON? {
        guard case .call(let function, let arguments, _) = base, function.lowercased() == "parameters",
            case .string(let parameter) = arguments.first, placeholders.contains(parameter.lowercased()),
            value.objectValue?.isEmpty == true
        else {
            return nil
        }
        return .string(Placeholder.text("\(parameter).\(name)"))
    }

    private func select(_ value: JSON, _ key: JSON, access: String, isSafe: Bool) throws(ARMError) -> JSON {
        if ARMUnresolved.isMarker(value) {
            return ARMUnresolved.member(value, access)
        }
        switch (value, key) {
        case (.object(let object), .string(let name)):
            if let member = object.member(ignoringCase: name) {
                return member.value
            }
            if isSafe {
                return .null
            }
            let names = object.names.joined(separator: ", ")
            throw ARMError(
                "The language expression property '\(name)' doesn't exist, available properties are '\(names)'."
            )
        case (.array(let elements), .integer(let index)):
            if index >= 0, index < elements.count {
                return elements[Int(index)]
            }
            if isSafe {
                return .null
            }
            throw ARMError(
                "The language expression array index '\(index)' is out of bounds of an array of \(elements.count)."
            )
        case (.null, _) where isSafe: return .null
        default:
            throw ARMError(
                "The language expression property '\(key.stringValue ?? key.text)' cannot be selected from a value of type '\(value.typeWord)'."
            )
        }
    }

    private func call(_ name: String, _ arguments: [ARMSyntax], _ text: String) throws(ARMError) -> JSON {
        if name.contains(".") {
            return try callUser(name, arguments)
        }
        let lowered = name.lowercased()
        if let special = ARMFunctions.special[lowered] {
            return try special(self, arguments, text)
        }
        if lowered.hasPrefix("list"), ARMFunctions.all[lowered] == nil {
            // Every provider has list functions of its own.
            return ARMUnresolved.marker(text)
        }
        guard let function = ARMFunctions.all[lowered] else {
            throw ARMError(
                "The template function '\(name)' is not valid.",
                remedy: "Use a function of deployment templates; the workflow's own functions stand behind '@'."
            )
        }
        var values: [JSON] = []
        for argument in arguments {
            values.append(try evaluate(argument))
        }
        guard function.arity.contains(values.count) else {
            throw ARMError("The template function '\(name)' does not take \(values.count) parameters.")
        }
        do throws(ARMError) {
            let result = try function.body(self, values)
            steps += Self.cost(result)
            return result
        } catch {
            // A function that wants another type than text cannot say anything about what is not known.
            if values.contains(where: { ARMUnresolved.isMarker($0) }) {
                return ARMUnresolved.marker(text)
            }
            throw error
        }
    }

    /// Steps that stand for the size of a result, so that texts and arrays cannot be doubled without end.
    private static func cost(_ json: JSON) -> Int {
        switch json {
        case .string(let text): text.utf8.count / 32
        case .array(let array): array.count
        case .object(let object): object.count
        default: 0
        }
    }

    // MARK: Names

    func parameter(_ name: String) throws(ARMError) -> JSON {
        let lowered = name.lowercased()
        if let frame = userParameters.last {
            guard let member = frame.member(ignoringCase: name) else {
                throw ARMError("The function parameter '\(name)' is not found.")
            }
            return member.value
        }
        if let known = parameters[lowered] {
            return known
        }
        guard let declared = template[ignoringCase: "parameters"]?.objectValue?.member(ignoringCase: name) else {
            throw ARMError(
                "The template parameter '\(name)' is not found.",
                remedy: "Declare it under 'parameters' of the deployment template."
            )
        }
        try enter("parameter \(lowered)", name)
        defer { inProgress.remove("parameter \(lowered)") }
        let place = Pointer.child(pointer + "/parameters", declared.name)
        let value = ARMParameters.value(declared.name, declared.value, given: given, evaluator: self, at: place)
        parameters[lowered] = value
        return value
    }

    func variable(_ name: String) throws(ARMError) -> JSON {
        let lowered = name.lowercased()
        if let known = variables[lowered] {
            return known
        }
        let all = template[ignoringCase: "variables"]?.objectValue
        let place = pointer + "/variables"
        try enter("variable \(lowered)", name)
        defer { inProgress.remove("variable \(lowered)") }
        let value: JSON
        if let member = all?.member(ignoringCase: name) {
            value = ARMResolver(self).resolve(member.value, at: Pointer.child(place, member.name))
        } else if let copy = ARMResolver.copyElement(all, named: name) {
            value = ARMResolver(self).elements(of: copy.json, at: place + "/copy/\(copy.index)")
        } else {
            throw ARMError(
                "The template variable '\(name)' is not found.",
                remedy: "Declare it under 'variables' of the deployment template."
            )
        }
        variables[lowered] = value
        return value
    }

    private func enter(_ key: String, _ name: String) throws(ARMError) {
        guard inProgress.insert(key).inserted else {
            throw ARMError("The template has a circular reference through '\(name)'.", remedy: "Break the circle.")
        }
    }

    private func callUser(_ name: String, _ arguments: [ARMSyntax]) throws(ARMError) -> JSON {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        let spaces = template[ignoringCase: "functions"]?.arrayValue ?? []
        let space = spaces.first { $0[ignoringCase: "namespace"]?.stringValue?.lowercased() == parts[0].lowercased() }
        guard parts.count == 2,
            let function = space?[ignoringCase: "members"]?.objectValue?.member(ignoringCase: parts[1])?.value
        else {
            throw ARMError(
                "The template function '\(name)' is not valid.",
                remedy: "Define it under 'functions' of the template."
            )
        }
        let declared = function[ignoringCase: "parameters"]?.arrayValue ?? []
        guard declared.count == arguments.count else {
            throw ARMError(
                "The template function '\(name)' takes \(declared.count) parameters, not \(arguments.count)."
            )
        }
        var frame = JSONObject()
        for (parameter, argument) in zip(declared, arguments) {
            frame[parameter[ignoringCase: "name"]?.stringValue ?? ""] = try evaluate(argument)
        }
        guard userParameters.count < ARMParser.depthLimit else {
            throw ARMError(
                "The template function '\(name)' calls itself.",
                remedy: "User functions cannot call each other."
            )
        }
        userParameters.append(frame)
        defer { userParameters.removeLast() }
        guard let output = function[ignoringCase: "output"]?[ignoringCase: "value"] else {
            throw ARMError("The template function '\(name)' has no output.", remedy: "Give it 'output' with 'value'.")
        }
        return ARMResolver(self).resolve(output, at: pointer + "/functions")
    }
}
