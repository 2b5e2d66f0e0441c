internal import Expressions

/// A call of a function that looks at the run, found in a template.
struct ReferenceCall {
    /// The function in lower case.
    let function: String
    /// The name that it is given as a literal text; nil when it is computed or there is none.
    let name: String?
    /// Whether it is given a name that is computed.
    let isDynamic: Bool
    /// The JSON pointer of the text inside the template's value.
    let pointer: String

    /// The functions that name an action by their first argument, in lower case.
    static let actionFunctions: Set<String> = [
        "actions", "outputs", "body", "actionoutputs", "actionbody", "result", "formdatavalue", "formdatamultivalues",
        "multipartbody",
    ]
}

extension Template {
    /// The calls of this template, for checks and analysis.
    var referenceCalls: [ReferenceCall] {
        calls.map { call in
            let first = call.arguments.first
            let name = first.flatMap(\.self)
            return ReferenceCall(
                function: call.name.lowercased(),
                name: name,
                isDynamic: first != nil && name == nil,
                pointer: call.pointer
            )
        }
    }
}
