import Engine
import Moments
import Playbooks
import Serving

/// The headers by which a caller learns which run its call has started.
struct RunHeaders: Sendable {
    /// The workflow.
    let record: WorkflowRecord
    /// The name of the run; nil when the call started none.
    let run: String?
    /// The name of the entry in the trigger's history.
    let history: String?
    /// The version that runs.
    let version: String
    /// The client tracking id of the run.
    let trackingID: String?
    /// Whether the trigger suppresses the headers that name workflow and run.
    let isSuppressed: Bool

    /// Adds the headers; what a Response action has set stays.
    func add(to headers: inout Headers, of request: Request) {
        var own: [(String, String)] = [("x-ms-request-id", request.id)]
        if let trackingID { own.append(("x-ms-client-tracking-id", trackingID)) }
        if let history { own.append(("x-ms-trigger-history-name", history)) }
        own.append(("x-ms-correlation-id", request.headers["x-ms-correlation-id"] ?? request.id))
        if !isSuppressed {
            if let run { own.append(("x-ms-workflow-run-id", run)) }
            own.append(("x-ms-workflow-id", record.id))
            own.append(("x-ms-workflow-version", version))
            own.append(("x-ms-workflow-name", record.key.name))
        }
        for (name, value) in own where !headers.contains(name) { headers.add(name, value) }
    }
}
