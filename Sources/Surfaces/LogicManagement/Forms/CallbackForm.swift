import Engine
import JSONTree
import Playbooks

/// The JSON of a callback address.
enum CallbackForm {
    /// The address; for triggers that are not called but may be fired so, it ends in `/run`.
    static func json(_ address: SignedAddress, _ trigger: TriggerNode) -> JSON {
        let isCalled = trigger.type == .request || trigger.type.isWebhook
        var base = address.basePath
        var value = address.value
        if !isCalled, base.hasSuffix("/paths/invoke") {
            let query = value.dropFirst(base.count)
            base = base.dropLast("/paths/invoke".count) + "/run"
            value = base + query
        }
        var json: JSONObject = [
            "value": .string(value), "method": .string(isCalled ? address.method : "POST"), "basePath": .string(base),
        ]
        if let path = address.relativePath { json["relativePath"] = .string(path) }
        if !address.relativePathParameters.isEmpty {
            json["relativePathParameters"] = .array(address.relativePathParameters.map(JSON.string))
        }
        json["queries"] = .object(address.queries)
        return .object(json)
    }
}
