import JSONTree
import Playbooks

/// The branches of a container as the journal names them: by words, and the cases of a Switch by their place in the definition.
enum BranchName {
    static func json(_ branch: Branch) -> JSON {
        switch branch {
        case .root: "root"
        case .body: "body"
        case .then: "then"
        case .otherwise: "else"
        case .default: "default"
        case .case(let number): .integer(Int64(number))
        }
    }

    static func branch(_ json: JSON) -> Branch? {
        if let number = json.integerValue { return .case(Int(number)) }
        return switch json.stringValue {
        case "root": .root
        case "body": .body
        case "then": .then
        case "else": .otherwise
        case "default": .default
        default: nil
        }
    }
}
