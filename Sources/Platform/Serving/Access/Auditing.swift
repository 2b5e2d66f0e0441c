public import Identity
public import JSONTree

/// Writes into the audit record who changed what through a surface, and who tried to.
///
/// The record is on the disk before the caller has the answer, so that no change that was acknowledged is without one. It holds
/// no bodies: only what `notes` takes from a request.
///
/// ```swift
/// routes.post("\(run)/cancel", auditing.handler("run.cancel") { try await cancel($0) })
/// ```
public struct Auditing: Sendable {
    private let log: AuditLog

    /// Makes the writer.
    ///
    /// - Parameter log: The record.
    public init(_ log: AuditLog) { self.log = log }

    /// Wraps a handler that changes something; it must stand behind the check of tokens.
    ///
    /// - Parameters:
    ///   - action: What it does, such as `workflow.update`.
    ///   - creation: What it does where the answer has status 201; the same, unless given.
    ///   - notes: What else is worth telling of a request, without payloads and secrets.
    ///   - handler: What does it.
    /// - Returns: The handler with its record.
    public func handler(
        _ action: String,
        creation: String? = nil,
        notes: @escaping @Sendable (Request) -> JSONObject = { _ in JSONObject() },
        _ handler: @escaping Routes.Handler
    ) -> Routes.Handler {
        { [log] request in
            let response: Response
            do {
                response = try await handler(request)
            } catch {
                guard let principal = request.principal else { throw error }
                var entry = Self.entry(action, principal, request, notes(request))
                entry.outcome = "failure"
                entry.detail = Self.adding(["status": .integer(Int64((error as? Problem)?.status ?? 500))], to: entry)
                if let code = (error as? Problem)?.code {
                    entry.detail = Self.adding(["code": .string(code)], to: entry)
                }
                try await Self.write(entry, to: log, isDone: false)
                throw error
            }
            guard let principal = request.principal else { return response }
            let done = response.status == 201 ? creation ?? action : action
            var entry = Self.entry(done, principal, request, notes(request))
            entry.detail = Self.adding(["status": .integer(Int64(response.status))], to: entry)
            if let run = response.headers["x-ms-workflow-run-id"] {
                entry.detail = Self.adding(["run": .string(run)], to: entry)
            }
            try await Self.write(entry, to: log, isDone: true)
            return response
        }
    }

    private static func write(_ entry: AuditEntry, to log: AuditLog, isDone: Bool) async throws {
        do {
            try await log.write(entry)
        } catch {
            throw Problem(
                status: 503,
                code: "AuditUnavailable",
                message: (isDone ? "The change was made, but " : "Nothing was changed, and ")
                    + "the audit record could not be written. Look into the server's log and its disk."
            )
        }
    }

    private static func entry(
        _ action: String,
        _ principal: Principal,
        _ request: Request,
        _ notes: JSONObject
    ) -> AuditEntry {
        var detail: JSONObject = [
            "kind": .string(principal.kind.rawValue), "name": .string(principal.displayName),
            "clientId": .string(principal.clientID), "request": .string(request.id),
        ]
        if let address = request.remoteAddress { detail["address"] = .string("\(address)") }
        detail.merge(notes)
        return AuditEntry(
            tenant: principal.tenant,
            actor: principal.objectID,
            action: action,
            target: String(target(request).prefix(2_048)),
            detail: .object(detail)
        )
    }

    /// What the request is about: its path, for POST without the operation at its end.
    private static func target(_ request: Request) -> String {
        let segments = request.method == "POST" ? request.segments.dropLast() : request.segments[...]
        return "/" + segments.joined(separator: "/")
    }

    private static func adding(_ members: JSONObject, to entry: AuditEntry) -> JSON {
        var detail = entry.detail.objectValue ?? JSONObject()
        detail.merge(members)
        return .object(detail)
    }
}
