import JSONTree
import Moments

/// What a firing is launched with, as it waits in its row.
enum StoredFiring: Sendable {
    /// What an evaluation came to, and where the next poll went before it and goes after it (sealed).
    case outcome(TriggerOutcome, rewind: Rewind?)
    /// The release of a partition of a batch: its messages are read when it is launched.
    case release(BatchRelease)

    /// A poll's move from one address to the next, taken back when nothing was started.
    struct Rewind: Sendable, Hashable {
        var before: String?
        var after: String?
    }

    /// The round of a partition that was released.
    struct BatchRelease: Sendable, Hashable {
        var batch: String
        var part: String
        var round: Int64
        var at: Timestamp
    }

    /// As JSON: what all runs have in common is kept once.
    var json: JSON {
        switch self {
        case .release(let release):
            return [
                "batch": .string(release.batch), "part": .string(release.part), "round": .integer(release.round),
                "at": .integer(release.at.ticks),
            ]
        case .outcome(let outcome, let rewind):
            var object = JSONObject()
            object["outputs"] = Self.withoutBody(outcome.outputs)
            var common = outcome.origins.first?.record.objectValue ?? JSONObject()
            common["outputs"] = nil
            object["trigger"] = .string(outcome.origins.first?.trigger ?? "")
            object["record"] = .object(common)
            object["items"] = .array(
                outcome.origins.map { origin in
                    var item = JSONObject()
                    if let body = origin.record["outputs"]?["body"] { item["body"] = body }
                    if let tracking = origin.clientTrackingID { item["tracking"] = .string(tracking) }
                    return .object(item)
                }
            )
            if let rewind {
                object["rewind"] = [
                    rewind.before.map(JSON.string) ?? .null, rewind.after.map(JSON.string) ?? .null,
                ]
            }
            return .object(object)
        }
    }

    /// Reads what ``json`` wrote.
    init(json: JSON) throws {
        if let batch = json["batch"]?.stringValue {
            self = .release(
                BatchRelease(
                    batch: batch,
                    part: json["part"]?.stringValue ?? "",
                    round: json["round"]?.integerValue ?? 0,
                    at: Timestamp(ticks: json["at"]?.integerValue ?? 0)
                )
            )
            return
        }
        guard let items = json["items"]?.arrayValue, let record = json["record"]?.objectValue else {
            throw RunError("UnreadableFiring", "The stored firing of a trigger cannot be read; restore a backup.")
        }
        let outputs = json["outputs"]?.objectValue ?? JSONObject()
        let origins = items.map { item in
            var one = record
            var part = outputs
            if let body = item["body"] { part["body"] = body }
            one["outputs"] = .object(part)
            let tracking = item["tracking"]?.stringValue
            if let tracking { one["clientTrackingId"] = .string(tracking) }
            return RunOrigin(
                trigger: json["trigger"]?.stringValue ?? "",
                record: .object(one),
                clientTrackingID: tracking
            )
        }
        let outcome = TriggerOutcome(status: .succeeded, origins: origins, outputs: .object(outputs))
        let rewind = json["rewind"].map { Rewind(before: $0[0]?.stringValue, after: $0[1]?.stringValue) }
        self = .outcome(outcome, rewind: rewind)
    }

    private static func withoutBody(_ outputs: JSON) -> JSON {
        guard case .object(var object) = outputs else { return .object(JSONObject()) }
        object["body"] = nil
        return .object(object)
    }
}
