import JSONTree
import Moments
import Serving

/// What the stand-in shows besides the API: its tickets for people and scripts, and how to make faults.
enum FreshdeskPage {
    static func response(_ request: Request, _ path: [String], _ state: inout FreshdeskState) -> Response {
        switch (request.method, path) {
        case ("GET", []), ("GET", ["tickets"]): return html(state)
        case ("GET", ["tickets.json"]):
            let tickets = state.tickets.filter { !$0.isDeleted }.map { JSON.object($0.json) }
            return .json([
                "tickets": .array(tickets), "calls": .integer(Int64(state.calls)),
                "faultsDone": .integer(Int64(state.faultsDone)), "faultsWaiting": .integer(Int64(state.faults.count)),
                "createdLater": .integer(Int64(state.late.count)),
            ])
        case ("POST", ["faults"]): return faults(request, &state)
        default:
            return FreshdeskErrors.simple(
                404,
                "not_found",
                "The stand-in has /api/v2/…, /tickets, /tickets.json, /faults."
            )
        }
    }

    private static func faults(_ request: Request, _ state: inout FreshdeskState) -> Response {
        guard let entries = (try? JSON.parse(request.body))?["faults"]?.arrayValue else {
            return FreshdeskErrors.simple(
                400,
                "invalid_json",
                "Send {\"faults\": [{\"kind\": \"serverError\", \"count\": 1}]}."
            )
        }
        var added: [FreshdeskFault] = []
        for entry in entries {
            let seconds = entry["seconds"]?.integerValue ?? 5
            let kind: FreshdeskFault.Kind
            switch entry["kind"]?.stringValue {
            case "tooManyRequests": kind = .tooManyRequests(retryAfter: Int(clamping: seconds))
            case "serverError": kind = .serverError
            case "cutBefore": kind = .cutBefore
            case "cutAfter": kind = .cutAfter
            case "doneLate": kind = .doneLate(.seconds(seconds))
            case "slow": kind = .slow(.seconds(seconds))
            default:
                let kinds = "tooManyRequests, serverError, cutBefore, cutAfter, doneLate, slow"
                return FreshdeskErrors.simple(400, "invalid_value", "'kind' must be one of \(kinds).")
            }
            let count = max(1, min(entry["count"]?.integerValue ?? 1, 1_000))
            let fault = FreshdeskFault(kind, onlyCreation: entry["anyCall"]?.boolValue != true)
            added += Array(repeating: fault, count: Int(count))
        }
        guard state.faults.count + added.count <= 10_000 else {
            return FreshdeskErrors.simple(400, "invalid_value", "At most 10000 faults wait at a time.")
        }
        state.faults += added
        return .json(["faultsWaiting": .integer(Int64(state.faults.count))])
    }

    private static let style = """
        body{font:15px system-ui,sans-serif;margin:2rem;color:#183247}table{border-collapse:collapse;width:100%}
        th,td{padding:.45rem .7rem;border-bottom:1px solid #dde3e8;text-align:left;vertical-align:top}
        .tag{background:#e8f1f8;border-radius:3px;padding:0 .4em;margin-right:.3em;white-space:nowrap}
        .p3{color:#b35c00}.p4{color:#c0102f}small{color:#68788a}
        """

    private static let priorities = ["", "low", "medium", "high", "urgent"]
    private static let statuses: [Int64: String] = [2: "open", 3: "pending", 4: "resolved", 5: "closed"]

    private static func html(_ state: FreshdeskState) -> Response {
        var rows = ""
        for ticket in state.tickets.reversed().prefix(500) where !ticket.isDeleted {
            let priority = Int(clamping: ticket.json["priority"]?.integerValue ?? 0)
            let word = priorities.indices.contains(priority) ? priorities[priority] : ""
            let status = statuses[ticket.json["status"]?.integerValue ?? 0] ?? ""
            let tags = (ticket.json["tags"]?.arrayValue ?? []).compactMap(\.stringValue).map {
                "<span class=\"tag\">\(escape($0))</span>"
            }
            rows += """
                <tr><td>\(ticket.id)</td><td class="p\(priority)">\(word)</td><td>\(status)</td>\
                <td>\(escape(ticket.json["subject"]?.stringValue ?? ""))<br>\
                <small>\(escape(String((ticket.json["description_text"]?.stringValue ?? "").prefix(300))))</small></td>\
                <td>\(tags.joined())</td><td><small>\(FreshdeskState.time(ticket.created))</small></td></tr>

                """
        }
        let page = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tickets · Freshdesk stand-in</title>\
            <meta name="viewport" content="width=device-width"><style>\(style)</style></head><body>
            <h1>Tickets</h1><p>Stand-in of Freshdesk: \(state.tickets.count { !$0.isDeleted }) tickets, \
            \(state.calls) calls, \(state.faultsDone) faults so far.</p>
            <table><thead><tr><th>#</th><th>Priority</th><th>Status</th><th>Subject</th><th>Tags</th><th>Created</th></tr>\
            </thead><tbody>
            \(rows)</tbody></table></body></html>
            """
        return Response(
            status: 200,
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            ],
            body: Array(page.utf8)
        )
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
