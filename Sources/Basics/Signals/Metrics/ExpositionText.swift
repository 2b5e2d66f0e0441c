/// Writes the Prometheus text format, version 0.0.4.
public struct ExpositionText {
    /// The media type of the format.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written so far.
    public private(set) var text = ""

    /// An empty text.
    public init() {}

    /// Begins a metric: its help and type (`counter`, `gauge`, `histogram`).
    public mutating func begin(_ name: String, type: String, help: String) {
        let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Adds a sample without labels.
    public mutating func sample(_ name: String, _ value: Double) {
        sample(name, MetricLabels([]), value)
    }

    /// Adds a sample with one label.
    public mutating func sample(_ name: String, _ label: (name: String, value: String), _ value: Double) {
        sample(name, MetricLabels([(label.name, label.value)]), value)
    }

    mutating func sample(_ name: String, _ labels: MetricLabels, _ value: Double) {
        text += name
        if !labels.labels.isEmpty {
            text += "{"
            for (index, label) in labels.labels.enumerated() {
                if index > 0 { text += "," }
                text += label.name + "=\"" + Self.escaped(label.value) + "\""
            }
            text += "}"
        }
        text += " " + Self.number(value) + "\n"
    }

    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }
}
