import Engine
import JSONTree
import Serving

/// Reads what a person has decided about a call whose outcome is unknown.
enum SettlementBody {
    /// `{"decision": "Happened", "outputs": {…}}`, `{"decision": "Failed"}` or `{"decision": "SendAgain"}`.
    static func decision(_ body: JSON) throws(Problem) -> RunInput.Settlement {
        switch body[ignoringCase: "decision"]?.stringValue?.lowercased() {
        case "happened": return .happened(body[ignoringCase: "outputs"] ?? .object(JSONObject()))
        case "failed": return .failed
        case "sendagain": return .sendAgain
        default:
            throw Problem(
                status: 400,
                code: "InvalidRequestContent",
                message:
                    "The body must be {\"decision\": \"Happened\", \"outputs\": {…}}, {\"decision\": \"Failed\"} or {\"decision\": \"SendAgain\"}."
            )
        }
    }
}
