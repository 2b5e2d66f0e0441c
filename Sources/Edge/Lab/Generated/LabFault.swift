/// What a stand-in does wrong, and to which calls: `freshdesk:CreateTicket:429*2`.
public struct LabFault: Sendable, Hashable {
    /// The kinds of fault.
    public enum Kind: Sendable, Hashable {
        /// It takes this much longer.
        case latency(Duration)
        /// It answers with this status and does nothing: `429`, `503`.
        case status(Int)
        /// The connection ends before the service has got the request.
        case cutBefore
        /// The service does the work, and the connection ends before the answer.
        case cutAfter
        /// It does the work and answers with a page of HTML.
        case wrongContentType
    }

    /// The connector, or the host of a call that is no connector's.
    public var connector: String
    /// The operation's id; nil for all.
    public var operation: String?
    /// What goes wrong.
    public var kind: Kind
    /// How many calls it befalls.
    public var count: Int

    /// The most calls of one fault: 1,000,000.
    public static let countLimit = 1_000_000

    /// Makes a fault.
    public init(connector: String, operation: String? = nil, _ kind: Kind, count: Int = 1) {
        self.connector = connector
        self.operation = operation
        self.kind = kind
        self.count = count
    }

    /// Reads `CONNECTOR:OPERATION:KIND*COUNT`; nil when it is none.
    ///
    /// The operation is `*` for all. The kind is a status from 400 to 599, `latency=SECONDS`, `cut-before`, `cut-after` or
    /// `html`; without a count it befalls one call.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        let words = parts[2].split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let kind = words.first.flatMap(Self.kind) else { return nil }
        var count = 1
        if words.count == 2 {
            guard let number = Int(words[1]), (1...Self.countLimit).contains(number) else { return nil }
            count = number
        }
        self.init(connector: parts[0], operation: parts[1] == "*" ? nil : parts[1], kind, count: count)
    }

    private static func kind(_ word: String) -> Kind? {
        if let status = Int(word), (400...599).contains(status) { return .status(status) }
        if word.hasPrefix("latency="), let seconds = Double(word.dropFirst(8)), (0...86_400).contains(seconds) {
            return .latency(.milliseconds(Int64(seconds * 1_000)))
        }
        switch word {
        case "cut-before": return .cutBefore
        case "cut-after": return .cutAfter
        case "html": return .wrongContentType
        default: return nil
        }
    }

    /// Whether it befalls a call.
    func befalls(_ connector: String, _ operation: String?) -> Bool {
        guard count > 0, self.connector.lowercased() == connector.lowercased() else { return false }
        guard let wanted = self.operation else { return true }
        return wanted.lowercased() == operation?.lowercased()
    }
}
