/// The labels of a time series, sorted by name, with names that Prometheus takes.
struct MetricLabels: Sendable, Hashable {
    /// One label.
    struct Label: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// Longest value of a label that is kept, in characters.
    static let maximumCharacters = 200

    private(set) var labels: [Label]

    /// Labels of these dimensions; of two with one name the last is kept.
    init(_ dimensions: [(String, String)]) {
        var byName: [String: String] = [:]
        for (name, value) in dimensions {
            byName[Self.name(name)] = String(value.prefix(Self.maximumCharacters))
        }
        labels = byName.sorted { $0.key < $1.key }.map { Label(name: $0.key, value: $0.value) }
    }

    /// The labels with one more behind them.
    func adding(_ name: String, _ value: String) -> MetricLabels {
        var result = self
        result.labels.append(Label(name: name, value: value))
        return result
    }

    /// The same names with the value `other` throughout: where series go for which there is no room.
    var overflow: MetricLabels {
        var result = self
        for index in result.labels.indices { result.labels[index].value = "other" }
        return result
    }

    /// A name of a label: letters, digits and `_`, no digit in front, no `__` in front, not `le`.
    static func name(_ text: String) -> String {
        var name = MetricName.cleaned(text).replacing(":", with: "_")
        while name.hasPrefix("__") { name.removeFirst() }
        return name == "le" ? "label_le" : name
    }
}

/// Names of metrics.
enum MetricName {
    /// The text with everything but letters, digits, `_` and `:` as `_`, and no digit in front.
    static func cleaned(_ text: String) -> String {
        var name = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_", ":": scalar
                    default: "_"
                    }
                }
            )
        )
        if let first = name.unicodeScalars.first, ("0"..."9").contains(first) { name = "_" + name }
        return name.isEmpty ? "_" : name
    }

    /// The cleaned name with an ending, unless it has it.
    static func cleaned(_ text: String, ending: String) -> String {
        let name = cleaned(text)
        return name.hasSuffix(ending) ? name : name + ending
    }
}
