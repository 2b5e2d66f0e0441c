public import JSONTree
public import Moments
import Playbooks

/// An error as records show it.
public struct RunError: Sendable, Hashable {
    /// The code, such as `InvalidTemplate`.
    public var code: String
    /// The text.
    public var message: String

    /// Makes an error.
    public init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `{"code", "message"}`.
    public var json: JSON { ["code": .string(code), "message": .string(message)] }

    /// The error of a type that this server does not run; the record's code is `NotSupported`.
    static func unsupported(_ node: ActionNode) -> RunError {
        RunError(
            "ActionTypeNotSupported",
            "The action '\(node.name)' is of type '\(node.type.word)', which this server does not run. Replace it by an Http action or a connector that offers the same."
        )
    }

    init?(json: JSON?) {
        guard let json, json.objectValue != nil else { return nil }
        self.init(json["code"]?.stringValue ?? "", json["message"]?.stringValue ?? "")
    }
}

/// What is known of an action that has ended: what `actions()` and `result()` show.
public final class ActionRecord: Sendable {
    /// How it ended.
    public let status: ActionStatus
    /// The code, such as `OK` or `NotFound`; nil where records show none.
    public let code: String?
    /// The error, if it failed.
    public let error: RunError?
    /// The evaluated inputs; nil when there are none.
    public let inputs: JSON?
    /// The outputs; nil when there are none.
    public let outputs: JSON?
    /// When it started.
    public let start: Timestamp
    /// When it ended.
    public let end: Timestamp
    /// For loops: how many iterations were made.
    public let repetitions: Int?

    init(
        status: ActionStatus,
        code: String?,
        error: RunError?,
        inputs: JSON?,
        outputs: JSON?,
        start: Timestamp,
        end: Timestamp,
        repetitions: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.error = error
        self.inputs = inputs
        self.outputs = outputs
        self.start = start
        self.end = end
        self.repetitions = repetitions
    }

    /// The record as an expression sees it (section 3.2).
    func json(name: String, trackingID: String, clientTrackingID: String) -> JSON {
        var object = JSONObject()
        object["name"] = .string(name)
        if let inputs { object["inputs"] = InputSanitizer.sanitized(inputs) }
        if let outputs { object["outputs"] = outputs }
        object["startTime"] = .string(start.iso8601)
        object["endTime"] = .string(end.iso8601)
        object["trackingId"] = .string(trackingID)
        object["clientTrackingId"] = .string(clientTrackingID)
        if let code { object["code"] = .string(code) }
        object["status"] = .string(status.word)
        if let error { object["error"] = error.json }
        if let repetitions { object["repetitionCount"] = .integer(Int64(repetitions)) }
        return .object(object)
    }
}
