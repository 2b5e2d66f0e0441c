import Alerts
import Content
import Identity
import JSONTree
import OData
import Serving

extension GraphSurface {
    func list(_ request: Request, _ version: String) async throws -> Response {
        let caller = try Access.require(.readSecurityEvents, of: request)
        return try await GraphProblems.translate {
            let options = try ODataQuery(request.query.map { ($0.name, $0.value) })
            let query = try AlertQuery(options, limits: alerts.limits)
            let page = try await alerts.list(query, tenant: caller.tenant)
            var body: JSONObject = ["@odata.context": .string(context(request, version, options))]
            if let count = page.count { body["@odata.count"] = .integer(Int64(count)) }
            if let token = page.nextToken { body["@odata.nextLink"] = .string(nextLink(request, token)) }
            let selected = page.alerts.map { alert in
                options.select.map { ODataSelection.apply($0, to: alert.json) } ?? alert.json
            }
            body["value"] = .array(selected)
            return answer(.object(body))
        }
    }

    func count(_ request: Request) async throws -> Response {
        let caller = try Access.require(.readSecurityEvents, of: request)
        return try await GraphProblems.translate {
            let query = try AlertQuery(try ODataQuery(request.query.map { ($0.name, $0.value) }), limits: alerts.limits)
            return .text(String(try await alerts.count(query.options.filter, tenant: caller.tenant)))
        }
    }

    func get(_ request: Request, _ version: String) async throws -> Response {
        let caller = try Access.require(.readSecurityEvents, of: request)
        return try await GraphProblems.translate {
            let options = try ODataQuery(request.query.map { ($0.name, $0.value) })
            let alert = try await alerts.get(request.parameters["id"], tenant: caller.tenant)
            return entity(alert, request, version, options)
        }
    }

    func change(_ request: Request, _ version: String) async throws -> Response {
        let caller = try Access.require(.writeSecurityEvents, of: request)
        let body = try jsonBody(request)
        return try await GraphProblems.translate {
            let alert = try await alerts.change(
                request.parameters["id"],
                try AlertPatch(body, limits: alerts.limits),
                tenant: caller.tenant,
                author: AlertAuthor(appID: caller.clientID, user: caller.kind == .user ? caller.displayName : nil),
                ifMatch: request.headers["If-Match"],
                key: request.headers[Self.idempotencyHeader]
            )
            guard prefersRepresentation(request) else {
                return .empty(204, headers: ["ETag": alert.etag])
            }
            var response = entity(alert, request, version, ODataQuery())
            response.headers["Preference-Applied"] = "return=representation"
            return response
        }
    }

    func submit(_ request: Request, _ version: String) async throws -> Response {
        let caller = try Access.require(.writeSecurityEvents, .submitAlerts, of: request)
        let body = try jsonBody(request)
        return try await GraphProblems.translate {
            let result = try await alerts.upsert([body], tenant: caller.tenant)
            guard let alert = result.alerts.first else {
                throw Problem(status: 400, message: "The body brings no alert.")
            }
            var response = entity(alert, request, version, ODataQuery())
            response.status = 201
            let id = PercentEncoding.encode(alert.json["id"]?.stringValue ?? "")
            response.headers["Location"] = "\(request.origin)/\(version)/security/alerts/\(id)"
            return response
        }
    }

    private func jsonBody(_ request: Request) throws(Problem) -> JSON {
        if let type = request.headers["Content-Type"], ContentType(parsing: type)?.isJSON != true {
            throw Problem(status: 415, message: "The Content-Type '\(type)' is not supported; send application/json.")
        }
        guard !request.body.isEmpty else {
            throw Problem(status: 400, code: "BadRequest", message: "The request needs a body of JSON.")
        }
        do {
            return try request.json()
        } catch {
            throw Problem(status: 400, code: "BadRequest", message: error.message)
        }
    }

    private func prefersRepresentation(_ request: Request) -> Bool {
        request.headers.values("Prefer").contains { header in
            header.split(separator: ",").contains {
                $0.filter { !$0.isWhitespace }.lowercased() == "return=representation"
            }
        }
    }

    private func entity(_ alert: StoredAlert, _ request: Request, _ version: String, _ options: ODataQuery) -> Response
    {
        var object: JSONObject = [
            "@odata.context": .string(context(request, version, options) + "/$entity"),
            "@odata.etag": .string(alert.etag),
        ]
        let json = options.select.map { ODataSelection.apply($0, to: alert.json) } ?? alert.json
        for (name, value) in json.objectValue ?? JSONObject() { object[name] = value }
        return answer(.object(object), headers: ["ETag": alert.etag])
    }

    private func answer(_ json: JSON, headers: Headers = [:]) -> Response {
        var response = Response.json(json, headers: headers)
        response.headers["Content-Type"] = GraphHeaders.contentType
        return response
    }

    private func context(_ request: Request, _ version: String, _ options: ODataQuery) -> String {
        let selected = options.select.map { "(\($0.map(\.description).joined(separator: ",")))" } ?? ""
        return "\(request.origin)/\(version)/$metadata#security/alerts\(selected)"
    }

    /// The same request with the token of the next page.
    private func nextLink(_ request: Request, _ token: String) -> String {
        let kept = request.query.filter { !["$skiptoken", "skiptoken"].contains($0.name.lowercased()) }
        let pairs = kept.map { "\(encodedName($0.name))=\(PercentEncoding.encode($0.value))" } + ["$skiptoken=\(token)"]
        return "\(request.origin)\(request.path)?\(pairs.joined(separator: "&"))"
    }

    private func encodedName(_ name: String) -> String {
        name.hasPrefix("$") ? "$" + PercentEncoding.encode(String(name.dropFirst())) : PercentEncoding.encode(name)
    }
}
