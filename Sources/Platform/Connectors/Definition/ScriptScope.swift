import JSONTree

/// Which operations need the script of the original service, which is not run here.
struct ScriptScope: Sendable {
    private enum Reach: Sendable {
        case none
        case all
        case named(Set<String>)
    }

    private let reach: Reach
    /// What refusals say of the file.
    let file: String

    /// Reads `scriptOperations`, or the newer `script` with `operationIds`.
    ///
    /// - Parameters:
    ///   - settings: `properties` of `apiProperties.json`.
    ///   - isHere: Whether a script lies beside the definition. Operations that are named need it whether it does or not.
    init(_ settings: JSON?, isHere: Bool) {
        let script = settings?["script"]?.nonNull
        let listed = [settings?["scriptOperations"], script?["operationIds"], script?["scriptOperations"]]
        let names = listed.flatMap { $0?.arrayValue ?? [] }.compactMap { $0.stringValue?.lowercased() }
        if names.isEmpty {
            reach = isHere || script?.objectValue != nil ? .all : .none
        } else {
            reach = .named(Set(names))
        }
        file = isHere ? " (script.csx)" : " that does not lie beside its definition"
    }

    func covers(_ id: String) -> Bool {
        switch reach {
        case .none: false
        case .all: true
        case .named(let names): names.contains(id.lowercased())
        }
    }
}
