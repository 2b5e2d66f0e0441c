import JSONTree
import Scripting

extension LiveEffects {
    /// A `JavaScriptCode` action: it changes nothing outside, so that it may run again after a crash.
    func runScript(_ effect: ActionEffect) async -> EffectOutcome {
        guard let scripts else {
            return .refused(
                RunError("InlineCodeNotAvailable", "This server runs no scripts. Switch them on in its settings."),
                code: "NotSupported"
            )
        }
        guard let code = effect.inputs[ignoringCase: "code"]?.stringValue else {
            return .refused(
                RunError("InvalidTemplate", "The property 'code' must be of type String."),
                code: "BadRequest"
            )
        }
        do throws(ScriptError) {
            return .value(try await scripts.run(code: code, context: effect.context ?? .object(JSONObject())))
        } catch {
            switch error.code {
            case .cancelled, .stopped:
                return .unreachable(RunError("InlineCodeCancelled", "The script was ended before it had a result."))
            default:
                return .refused(RunError("InlineCodeScriptRuntimeFailure", error.description), code: "BadRequest")
            }
        }
    }
}
