import Identity
import JSONTree
import Moments
import Serving

extension AdministrationSurface {
    /// The audit record of the caller's tenant, the newest first: `top` entries (100, at most 1,000) before the number `before`.
    func listAudit(_ request: Request) async throws -> Response {
        let caller = try Access.require(.administer, of: request)
        let top = try number(request, "top", in: 1...1_000) ?? 100
        let before = try number(request, "before", in: 1...Int64.max) ?? Int64.max
        let found = try await audit.records(tenant: caller.tenant, before: before, limit: Int(top))
        var page: JSONObject = ["value": .array(found.map(Self.json))]
        if let last = found.last, found.count == Int(top), last.number > 1 {
            page["nextLink"] = .string("\(request.origin)/tocsin/v1/audit?top=\(top)&before=\(last.number)")
        }
        return .json(.object(page))
    }

    private func number(
        _ request: Request,
        _ name: String,
        in range: ClosedRange<Int64>
    ) throws(Problem) -> Int64? {
        guard let text = request.query[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw Problem(
                status: 400,
                message: "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    private static func json(_ record: AuditRecord) -> JSON {
        let entry = record.entry
        return [
            "number": .integer(record.number), "at": .string(record.at.iso8601), "actor": .string(entry.actor),
            "action": .string(entry.action), "target": .string(entry.target), "outcome": .string(entry.outcome),
            "detail": entry.detail,
        ]
    }
}
