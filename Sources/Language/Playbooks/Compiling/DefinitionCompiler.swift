internal import Expressions
internal import JSONTree

/// Turns the JSON of a definition into a ``Definition``, collecting every remark on the way.
///
/// It goes through the definition once to build drafts, then checks the drafts against each other, then analyses them.
struct DefinitionCompiler {
    let json: JSON
    let givenParameters: JSONObject
    let options: CompileOptions
    var reporter: Reporter
    var draft: DefinitionDraft
    var reachability = Reachability([])
    /// Whether there are more actions than the limit, so that not all were read.
    var isOverfull = false

    init(json: JSON, parameters: JSONObject, options: CompileOptions) {
        self.json = json
        givenParameters = parameters
        self.options = options
        reporter = Reporter(limit: options.limits.diagnostics, locate: options.locate)
        draft = DefinitionDraft(json: json)
    }

    mutating func compile() -> Compilation {
        guard let root = json.objectValue else {
            reporter.refuse(
                "The template is not valid: the definition must be an object.",
                remedy: "Send a workflow definition, an object with 'triggers' and 'actions'.",
                at: ""
            )
            return Compilation(definition: nil, diagnostics: reporter.diagnostics)
        }
        checkRoot(root)
        readParameters()
        readStaticResults()
        readTriggers()
        readActions()
        guard !isOverfull else {
            return Compilation(definition: nil, diagnostics: reporter.diagnostics)
        }
        readOutputs()
        reachability = Reachability(draft.actions)
        reporter.refusal = options.isSaved ? .warning : .error
        checkPlacement()
        checkVariables()
        checkReferences()
        reporter.refusal = .error
        guard !reporter.hasErrors else {
            return Compilation(definition: nil, diagnostics: reporter.diagnostics)
        }
        analyse()
        return Compilation(definition: Definition(draft), diagnostics: reporter.diagnostics)
    }

    /// The members that a definition may have (section 1).
    private static let members: Set<String> = [
        "$schema", "contentversion", "parameters", "triggers", "actions", "outputs", "staticresults", "description",
        "metadata",
    ]

    private mutating func checkRoot(_ root: JSONObject) {
        if let schema = root.member(ignoringCase: "$schema")?.value {
            checkSchema(schema)
        }
        for member in root where !Self.members.contains(member.name.lowercased()) {
            reporter.warn(
                DiagnosticCode.unknownProperty,
                "The definition has a member '\(member.name)' that the workflow definition language does not know.",
                remedy: "Remove it or correct its name; it is kept, but nothing reads it.",
                at: Pointer.child("", member.name)
            )
        }
        for name in ["triggers", "actions"] where root.member(ignoringCase: name) == nil {
            reporter.warn(
                DiagnosticCode.suspicious,
                "The definition has no '\(name)'.",
                remedy: "Add '\(name)', or the workflow will \(name == "triggers" ? "never start" : "do nothing").",
                at: ""
            )
        }
    }

    private mutating func checkSchema(_ schema: JSON) {
        guard let text = schema.stringValue else {
            reporter.refuse(
                "The template '$schema' must be a text.",
                remedy: "Use the URL of the 2016-06-01 schema.",
                at: "/$schema"
            )
            return
        }
        let lowered = text.lowercased()
        guard lowered.contains("workflowdefinition.json") else {
            reporter.warn(
                DiagnosticCode.suspicious,
                "The '$schema' of the definition is '\(text)', which is no schema of workflows.",
                remedy: "Use the URL of the 2016-06-01 schema.",
                at: "/$schema"
            )
            return
        }
        if lowered.contains("/2014-") || lowered.contains("/2015-") {
            reporter.refuse(
                "The template schema '\(text)' is not supported.",
                remedy:
                    "Upgrade the definition to schema 2016-06-01, whose actions use 'runAfter' in place of 'dependsOn'.",
                at: "/$schema"
            )
        }
    }

    /// The object of a top-level member; nil when it is absent or empty of sense.
    mutating func dictionary(_ name: String) -> (pointer: String, object: JSONObject)? {
        guard let member = json.objectValue?.member(ignoringCase: name), !member.value.isNull else {
            return nil
        }
        let pointer = Pointer.child("", member.name)
        guard let object = member.value.objectValue else {
            reporter.refuse(
                "The template '\(name)' must be an object.",
                remedy: "Write '\(name)' as a dictionary of names to objects.",
                at: pointer
            )
            return nil
        }
        return (pointer, object)
    }

    /// Compiles one template; reports and gives nil when it is broken.
    mutating func template(_ json: JSON, at pointer: String, of owner: Owner) -> Template? {
        do throws(ExpressionError) {
            return try Template.compile(json, limits: options.expressionLimits)
        } catch {
            reporter.refuse(
                owner,
                error.message,
                remedy: "Correct the expression; a text that begins with '@' but is none is written with '@@'.",
                at: pointer + error.pointer
            )
            return nil
        }
    }

    /// Checks the length of a name.
    mutating func checkName(_ name: String, _ noun: String, at pointer: String) {
        if name.isEmpty || name.utf16.count > options.limits.nameLength {
            reporter.refuse(
                "The template \(noun) name '\(name)' is not valid: it must have 1 to \(options.limits.nameLength) characters.",
                remedy: "Give it a shorter name.",
                at: pointer
            )
        }
    }
}
