import JSONTree

/// Alerts and their tickets side by side, and whether all is as it must be.
struct DemoVerdict: Sendable {
    /// An alert with its tickets.
    struct Line: Sendable {
        let id: String
        let provider: String
        let severity: String
        let title: String
        /// The status before the playbook saw it.
        let before: String
        let status: String
        let tickets: [Int64]

        /// Whether it is as it must be: one ticket and in progress if it was new, else untouched.
        var isRight: Bool {
            before == "newAlert" ? tickets.count == 1 && status == "inProgress" : tickets.isEmpty && status == before
        }
    }

    let lines: [Line]
    /// Tickets that belong to no alert.
    let strays: [Int64]

    /// Compares.
    ///
    /// - Parameters:
    ///   - before: The alerts as they were imported.
    ///   - alerts: The alerts as the broker has them now.
    ///   - tickets: The tickets of the service.
    init(before: [JSON], alerts: [JSON], tickets: [JSON]) {
        var byAlert: [String: [Int64]] = [:]
        var strays: [Int64] = []
        let ids = Set(before.compactMap { $0["id"]?.stringValue })
        for ticket in tickets {
            let number = ticket["id"]?.integerValue ?? 0
            // The description ends with the whole id; tags have room for 32 characters of it only.
            let last = ticket["description_text"]?.stringValue?.split(separator: " ").last.map(String.init) ?? ""
            if ids.contains(last) { byAlert[last, default: []].append(number) } else { strays.append(number) }
        }
        let now = Dictionary(alerts.map { ($0["id"]?.stringValue ?? "", $0) }) { first, _ in first }
        lines = before.map { alert in
            let id = alert["id"]?.stringValue ?? ""
            return Line(
                id: id,
                provider: alert["vendorInformation"]?["provider"]?.stringValue ?? "",
                severity: alert["severity"]?.stringValue ?? "",
                title: alert["title"]?.stringValue ?? "",
                before: alert["status"]?.stringValue ?? "",
                status: now[id]?["status"]?.stringValue ?? "gone",
                tickets: byAlert[id] ?? []
            )
        }
        self.strays = strays
    }

    /// Whether every alert is as it must be, and no ticket is without alert.
    var isComplete: Bool { strays.isEmpty && lines.allSatisfy(\.isRight) }

    /// How many alerts were new.
    var newCount: Int { lines.count { $0.before == "newAlert" } }

    /// How many of them are done.
    var doneCount: Int { lines.count { $0.before == "newAlert" && $0.isRight } }

    /// The table for people.
    var table: String {
        var table = TextTable(["provider", "severity", "alert", "was", "is", "ticket", ""])
        for line in lines {
            table.add([
                line.provider, line.severity, Self.short(line.id), line.before, line.status,
                line.tickets.isEmpty ? "-" : line.tickets.map { "#\($0)" }.joined(separator: " "),
                line.isRight ? "" : "WRONG",
            ])
        }
        return table.text
    }

    private static func short(_ id: String) -> String { id.count > 26 ? id.prefix(12) + "…" + id.suffix(13) : id }
}
