import Content
import JSONTree
import Moments
import Serving

/// One call of the API, past key, limit and faults.
struct FreshdeskAPI {
    let options: FreshdeskOptions
    let request: Request
    let now: Timestamp

    func answer(_ path: [String], _ state: inout FreshdeskState) -> Response {
        let id = path.count > 1 ? Int64(path[1]) : nil
        switch (request.method, path.count, path.first) {
        case ("POST", 1, "tickets"): return createTicket(&state)
        case ("GET", 1, "tickets"): return listTickets(state)
        case ("GET", 2, "search") where path[1] == "tickets": return FreshdeskSearch(api: self).answer(state)
        case (_, 2, "tickets"): return ticket(id, &state)
        case ("PUT", 3, "tickets") where path[2] == "restore": return restore(id, &state)
        case ("POST", 3, "tickets") where ["reply", "notes"].contains(path[2]): return converse(id, path[2], &state)
        case ("GET", 3, "tickets") where path[2] == "conversations":
            guard let index = index(of: id, state) else { return .empty(404) }
            return page(state.tickets[index].conversations)
        case ("POST", 1, "contacts"): return createContact(&state)
        case ("GET", 1, "contacts"): return page(state.contacts.filter { fits($0, ["email", "phone", "mobile"]) })
        case ("GET", 2, "contacts"):
            return state.contacts.first { $0["id"]?.integerValue == id }.map { .json($0) } ?? .empty(404)
        case ("GET", 1, "agents"): return page([Self.agent])
        case ("GET", 2, "agents"): return path[1] == "me" || id == 1 ? .json(Self.agent) : .empty(404)
        case ("GET", 1, "groups"), ("GET", 1, "ticket_fields"): return .json([])
        default: return .empty(404)
        }
    }

    private static let agent: JSON = [
        "id": 1, "available": true, "occasional": false, "ticket_scope": 1, "group_ids": [], "role_ids": [],
        "contact": ["active": true, "email": "agent@contoso.example", "name": "Lab Agent"],
    ]

    // MARK: - Tickets

    /// The fields of the ticket that the request would create; nil when it would be refused.
    func newTicket() -> JSONObject? {
        guard case .success(let fields) = body(), FreshdeskValidation.faults(ofNew: fields).isEmpty else { return nil }
        return fields
    }

    private func createTicket(_ state: inout FreshdeskState) -> Response {
        switch body() {
        case .failure(let refusal): return refusal.response
        case .success(let fields):
            let faults = FreshdeskValidation.faults(ofNew: fields)
            guard faults.isEmpty else { return FreshdeskErrors.validation(faults) }
            let ticket = state.add(fields, at: now, limit: options.ticketLimit)
            let place = "\(request.origin)\(request.path)/\(ticket.id)"
            return .json(.object(ticket.json), status: 201, headers: ["Location": place])
        }
    }

    private func listTickets(_ state: FreshdeskState) -> Response {
        let known: Set<String> = [
            "filter", "requester_id", "email", "company_id", "updated_since", "order_by", "order_type", "include",
            "page",
            "per_page", "unique_external_id",
        ]
        for item in request.query where !known.contains(item.name) {
            return FreshdeskErrors.field(item.name, "Unexpected/invalid field in request", code: "invalid_field")
        }
        var since: Timestamp?
        if let text = request.query["updated_since"] {
            guard let instant = Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T00:00:00Z") else {
                return FreshdeskErrors.field(
                    "updated_since",
                    "It should be in the 'combined date and time ISO8601' format",
                    code: "invalid_date"
                )
            }
            since = instant
        }
        let order = request.query["order_by"] ?? "created_at"
        guard ["created_at", "due_by", "updated_at", "status"].contains(order) else {
            return FreshdeskErrors.field(
                "order_by",
                "It should be one of these values: 'created_at,due_by,updated_at,status'"
            )
        }
        let isAscending = request.query["order_type"] == "asc"
        let visible = state.tickets.filter { ticket in
            guard ticket.created + options.listDelay <= now, ticket.isDeleted == (request.query["filter"] == "deleted")
            else { return false }
            if let since { return ticket.updated >= since } else { return ticket.created >= now - .days(30) }
        }
        .filter { fits(.object($0.json), ["requester_id", "company_id"]) }
        let sorted = visible.sorted { left, right in
            let isFirst: Bool
            switch order {
            case "updated_at" where left.updated != right.updated: isFirst = left.updated < right.updated
            case "status" where left.json["status"] != right.json["status"]:
                isFirst = (left.json["status"]?.integerValue ?? 0) < (right.json["status"]?.integerValue ?? 0)
            default: isFirst = left.id < right.id
            }
            return isAscending ? isFirst : !isFirst
        }
        let describes = request.query["include"]?.split(separator: ",").contains("description") ?? false
        return page(sorted.map { Self.listed($0, withDescription: describes) })
    }

    static func listed(_ ticket: FreshdeskState.Ticket, withDescription: Bool) -> JSON {
        var json = ticket.json
        if !withDescription {
            json["description"] = nil
            json["description_text"] = nil
        }
        return .object(json)
    }

    private func ticket(_ id: Int64?, _ state: inout FreshdeskState) -> Response {
        guard let index = index(of: id, state) else { return .empty(404) }
        switch request.method {
        case "GET": return .json(.object(state.tickets[index].json))
        case "DELETE":
            state.tickets[index].isDeleted = true
            state.tickets[index].updated = now
            return .empty(204)
        case "PUT":
            switch body() {
            case .failure(let refusal): return refusal.response
            case .success(let fields):
                let faults = FreshdeskValidation.faults(of: fields)
                guard faults.isEmpty else { return FreshdeskErrors.validation(faults) }
                for (name, value) in fields { state.tickets[index].json[name] = value }
                touch(index, &state)
                return .json(.object(state.tickets[index].json))
            }
        default:
            return FreshdeskErrors.simple(405, "method_not_allowed", "\(request.method) method is not allowed.")
        }
    }

    private func restore(_ id: Int64?, _ state: inout FreshdeskState) -> Response {
        guard let index = state.tickets.firstIndex(where: { $0.id == id && $0.isDeleted }) else { return .empty(404) }
        state.tickets[index].isDeleted = false
        touch(index, &state)
        return .empty(204)
    }

    private func converse(_ id: Int64?, _ kind: String, _ state: inout FreshdeskState) -> Response {
        guard let index = index(of: id, state) else { return .empty(404) }
        guard case .success(let fields) = body(), let text = fields["body"]?.stringValue, !text.isEmpty else {
            return FreshdeskErrors.field(
                "body",
                "It should not be blank as this is a mandatory field",
                code: FreshdeskValidation.missing
            )
        }
        let number = Int64(state.tickets.reduce(0) { $0 + $1.conversations.count }) + 1
        let conversation: JSON = [
            "id": .integer(number), "body": .string(text), "body_text": .string(FreshdeskState.text(ofHTML: text)),
            "incoming": false, "private": kind == "notes" ? fields["private"] ?? true : false, "user_id": 1,
            "ticket_id": .integer(id ?? 0), "created_at": .string(FreshdeskState.time(now)),
            "updated_at": .string(FreshdeskState.time(now)),
        ]
        state.tickets[index].conversations.append(conversation)
        touch(index, &state)
        return .json(conversation, status: 201)
    }

    private func createContact(_ state: inout FreshdeskState) -> Response {
        switch body() {
        case .failure(let refusal): return refusal.response
        case .success(let fields):
            guard fields["name"]?.stringValue?.isEmpty == false else {
                return FreshdeskErrors.field(
                    "name",
                    "It should not be blank as this is a mandatory field",
                    code: FreshdeskValidation.missing
                )
            }
            let email = fields["email"]?.stringValue
            if let email, state.contacts.contains(where: { $0["email"]?.stringValue == email }) {
                return FreshdeskErrors.field("email", "It should be a unique value", code: "duplicate_value")
            }
            return .json(state.addContact(fields, at: now), status: 201)
        }
    }

    private func index(of id: Int64?, _ state: FreshdeskState) -> Int? {
        state.tickets.firstIndex { $0.id == id && !$0.isDeleted }
    }

    private func touch(_ index: Int, _ state: inout FreshdeskState) {
        state.tickets[index].updated = now
        state.tickets[index].json["updated_at"] = .string(FreshdeskState.time(now))
    }

    // MARK: - Requests

    struct Refusal: Error { let response: Response }

    func body() -> Result<JSONObject, Refusal> {
        let type = request.headers["Content-Type"] ?? ""
        guard ContentType(parsing: type)?.isJSON == true else {
            let message = "Content-Type header is set to \(type). It should be set to application/json"
            return .failure(Refusal(response: FreshdeskErrors.simple(415, "invalid_content_type", message)))
        }
        guard case .object(let fields)? = try? JSON.parse(request.body) else {
            let message = "Request body has invalid json format"
            return .failure(Refusal(response: FreshdeskErrors.simple(400, "invalid_json", message)))
        }
        return .success(fields)
    }

    private func fits(_ item: JSON, _ names: [String]) -> Bool {
        names.allSatisfy { name in
            guard let wanted = request.query[name] else { return true }
            let value = item[name]?.stringValue ?? item[name]?.text ?? ""
            return value.lowercased() == wanted.lowercased()
        }
    }

    /// A page of items, with a link to the next if there is one.
    func page(_ items: [JSON]) -> Response {
        var numbers = ["page": 1, "per_page": 30]
        for (name, limit) in [("page", 300), ("per_page", 100)] {
            guard let text = request.query[name] else { continue }
            guard let number = Int(text), (1...limit).contains(number) else {
                return FreshdeskErrors.field(name, "It should be a Positive Integer less than or equal to \(limit)")
            }
            numbers[name] = number
        }
        let (page, size) = (numbers["page"] ?? 1, numbers["per_page"] ?? 30)
        let start = (page - 1) * size
        var response = Response.json(.array(Array(items.dropFirst(start).prefix(size))))
        if start + size < items.count {
            let rest = request.query.filter { $0.name != "page" }.map {
                "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))"
            }
            let query = (rest + ["page=\(page + 1)"]).joined(separator: "&")
            response.headers["Link"] = "<\(request.origin)\(request.path)?\(query)>; rel=\"next\""
        }
        return response
    }
}
