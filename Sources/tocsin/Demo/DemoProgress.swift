import JSONTree

/// Turns what has changed since the last look into lines for people.
struct DemoProgress {
    private let faults: [String]
    private var faultsTold = 0
    private var ticketsTold: Set<Int64> = []
    private var doneTold: Set<String> = []

    init(faults: [String]) { self.faults = faults }

    /// The lines about what is new.
    mutating func lines(_ verdict: DemoVerdict, tickets: [JSON], faultsDone: Int) -> [String] {
        var lines: [String] = []
        while faultsTold < min(faultsDone, faults.count) {
            lines.append("  !  Freshdesk \(faults[faultsTold])")
            faultsTold += 1
        }
        for ticket in tickets {
            guard let number = ticket["id"]?.integerValue, ticketsTold.insert(number).inserted else { continue }
            lines.append("  +  ticket #\(number) \(ticket["subject"]?.stringValue?.prefix(90) ?? "")")
        }
        for line in verdict.lines where line.before == "newAlert" && line.status == "inProgress" {
            guard doneTold.insert(line.id).inserted else { continue }
            let numbers = line.tickets.map { "#\($0)" }.joined(separator: " ")
            lines.append("  ✓  \(line.provider): in progress, ticket \(numbers)")
        }
        return lines
    }
}
