import Durable
import JSONTree
import Moments
import Testing

/// A commit batch as JSON, and back.
enum GoldenBatch {
    static func json(_ batch: CommitBatch) -> JSON {
        var object: JSONObject = [
            "run": .integer(batch.run.value), "tenant": .string(batch.tenant), "sequence": .integer(batch.sequence),
            "at": .integer(batch.at.ticks), "body": text(batch.body), "hash": .string(Hex.digits(batch.hash)),
        ]
        if let opening = batch.opening {
            let header = opening.header
            object["opening"] = [
                "scope": .string(header.scope), "name": .string(header.name), "program": .string(header.program),
                "opened": .integer(header.opened.ticks), "machine": .string(opening.machine),
                "group": .string(opening.group),
            ]
        }
        if let summary = batch.summary {
            object["summary"] = [
                .string(summary.status), summary.closed.map { .integer($0.ticks) } ?? .null, .string(summary.detail),
                .bool(summary.isOutcomeUnknown), .bool(summary.isResting),
            ]
        }
        set(&object, "timers", batch.timers.map { [.integer($0.key), .integer($0.due.ticks)] })
        set(&object, "clearedTimers", batch.clearedTimers.map { .integer($0) })
        if batch.clearsAllTimers { object["clearsAllTimers"] = true }
        set(&object, "claims", batch.claims.map { [.string($0.key), .integer($0.flight)] })
        set(
            &object,
            "settlements",
            batch.settlements.map { settlement in
                if case .answered(let answer) = settlement.outcome {
                    return [.string(settlement.key), .string(answer)]
                }
                return [.string(settlement.key)]
            }
        )
        set(&object, "bodies", batch.bodies.map { text($0.bytes) })
        set(&object, "duties", batch.duties.map { [.integer($0.flight), text($0.body)] })
        if let snapshot = batch.snapshot { object["snapshot"] = text(snapshot) }
        return .object(object)
    }

    private static func text(_ bytes: [UInt8]) -> JSON { .string(String(decoding: bytes, as: UTF8.self)) }

    private static func set(_ object: inout JSONObject, _ name: String, _ values: [JSON]) {
        if !values.isEmpty { object[name] = .array(values) }
    }

    static func batch(_ json: JSON) throws -> CommitBatch {
        let run = RunNumber(try integer(json["run"]))
        let tenant = try string(json["tenant"])
        var batch = CommitBatch(run: run, tenant: tenant, epoch: 0, sequence: try integer(json["sequence"]))
        batch.at = Timestamp(ticks: try integer(json["at"]))
        batch.body = Array(try string(json["body"]).utf8)
        batch.hash = try #require(Hex.bytes(try string(json["hash"])))
        if let opening = json["opening"] {
            let header = RunHeader(
                number: run,
                tenant: tenant,
                scope: try string(opening["scope"]),
                name: try string(opening["name"]),
                program: try string(opening["program"]),
                opened: Timestamp(ticks: try integer(opening["opened"]))
            )
            batch.opening = RunOpening(
                header: header,
                machine: try string(opening["machine"]),
                group: try string(opening["group"])
            )
        }
        if let summary = json["summary"] {
            batch.summary = RunSummary(
                status: try string(summary[0]),
                closed: summary[1]?.integerValue.map { Timestamp(ticks: $0) },
                detail: try string(summary[2]),
                isOutcomeUnknown: summary[3]?.boolValue ?? false,
                isResting: summary[4]?.boolValue ?? false
            )
        }
        batch.timers = try list(json["timers"]).map {
            (key: try integer($0[0]), due: Timestamp(ticks: try integer($0[1])))
        }
        batch.clearedTimers = try list(json["clearedTimers"]).map { try integer($0) }
        batch.clearsAllTimers = json["clearsAllTimers"]?.boolValue ?? false
        batch.claims = try list(json["claims"]).map {
            KeyClaim(tenant: tenant, key: try string($0[0]), run: run, flight: try integer($0[1]))
        }
        batch.settlements = try list(json["settlements"]).map { settlement in
            KeySettlement(
                tenant: tenant,
                key: try string(settlement[0]),
                run: run,
                outcome: settlement[1]?.stringValue.map { .answered($0) } ?? .released
            )
        }
        var text = JournalText()
        for body in list(json["bodies"]) { _ = text.setAside(Array(try string(body).utf8)) }
        batch.bodies = text.bodies
        batch.duties = try list(json["duties"]).map {
            (flight: try integer($0[0]), body: Array(try string($0[1]).utf8))
        }
        batch.snapshot = json["snapshot"]?.stringValue.map { Array($0.utf8) }
        return batch
    }

    private static func list(_ json: JSON?) -> [JSON] { json?.arrayValue ?? [] }

    private static func integer(_ json: JSON?) throws -> Int64 { try #require(json?.integerValue) }

    private static func string(_ json: JSON?) throws -> String { try #require(json?.stringValue) }
}
