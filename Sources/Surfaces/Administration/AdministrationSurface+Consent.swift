import Connectors
import Identity
import JSONTree
import Moments
import Serving

extension AdministrationSurface {
    /// Begins to sign in for a connection: with a browser, or with `{"device": true}` by a code for another device.
    func beginConsent(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let body = request.body.isEmpty ? JSONObject() : try object(request)
        try refuseOthers(body, than: ["device"])
        let connection = try await found(request, caller)
        return try await answering {
            guard body["device"]?.boolValue == true else {
                let ticket = try await consents.begin(connection, networks: networks)
                return .json(
                    [
                        "url": .string("\(about.publicURL)\(ConsentSurface.startPath)?ticket=\(ticket)"),
                        "redirectUrl": .string("\(about.publicURL)\(ConsentSurface.callbackPath)"),
                        "expiresInSeconds": .integer(ConsentDesk.life.ticks / 10_000_000),
                    ],
                    headers: ["Cache-Control": "no-store"]
                )
            }
            let invitation = try await consents.beginDevice(connection, networks: networks)
            var object: JSONObject = [
                "ticket": .string(invitation.ticket), "userCode": .string(invitation.userCode),
                "url": .string(invitation.address), "intervalSeconds": .integer(Int64(invitation.interval)),
                "expires": .string(invitation.expires.iso8601),
            ]
            object["completeUrl"] = invitation.completeAddress.map(JSON.string)
            return .json(.object(object), headers: ["Cache-Control": "no-store"])
        }
    }

    /// How a sign-in with a device code stands.
    func deviceConsent(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        return try await answering {
            switch try await consents.deviceState(ticket: request.parameters["ticket"], tenant: caller.tenant) {
            case nil: throw Problem.notFound("There is no such sign-in under way.")
            case .pending?: return .json(["state": "pending"])
            case .done?: return .json(["state": "done"])
            case .failed(let reason)?: return .json(["state": "failed", "message": .string(reason)])
            }
        }
    }

    /// How the switch that pauses all containment stands.
    func containmentState(_ request: Request) async throws -> Response {
        let caller = try Access.require(.readWorkflows, .administer, of: request)
        return .json(Self.json(try await containment.state(tenant: caller.tenant)))
    }

    /// Pauses or resumes all containment: `{"paused": true, "reason": …}`.
    func setContainment(_ request: Request) async throws -> Response {
        let caller = try Access.require(.operateWorkflows, .administer, of: request)
        let body = try object(request)
        try refuseOthers(body, than: ["paused", "reason"])
        guard let isPaused = body["paused"]?.boolValue else {
            throw Problem(status: 400, message: "The member 'paused' must be true or false.")
        }
        let reason = try text(body, "reason")
        return try await answering {
            .json(
                Self.json(
                    try await containment.set(isPaused, tenant: caller.tenant, by: caller.objectID, reason: reason)
                )
            )
        }
    }

    private static func json(_ state: ContainmentSwitch.State) -> JSON {
        var object: JSONObject = ["paused": .bool(state.isPaused)]
        object["since"] = state.since.map { .string($0.iso8601) }
        object["by"] = state.actor.map(JSON.string)
        object["reason"] = state.reason.map(JSON.string)
        return .object(object)
    }
}
