import Content
import Engine
import JSONTree
import Playbooks
import Serving

/// Reads what a trigger is fired with by hand.
enum FiringBody {
    /// The call that a Request trigger sees: the method it takes, its relative path empty, the body of the request.
    static func call(_ request: Request, _ trigger: TriggerNode) throws(Problem) -> RequestTrigger.Call {
        var headers = JSONObject()
        if let type = request.headers["Content-Type"], !request.body.isEmpty { headers["Content-Type"] = .string(type) }
        if let tracking = request.headers["x-ms-client-tracking-id"] {
            headers["x-ms-client-tracking-id"] = .string(tracking)
        }
        let value = Content.value(bytes: request.body, contentType: request.headers["Content-Type"])
        return RequestTrigger.Call(
            method: trigger.method ?? "POST",
            path: "",
            queries: JSONObject(),
            headers: headers,
            body: value.nonNull
        )
    }
}
