import JSONTree

/// What a page shows of an Adaptive Card: its texts, its inputs and its submit actions.
struct AnswerCard {
    /// One input.
    struct Input {
        /// How it is asked for.
        enum Kind: Sendable {
            case text, multiline, number, date, time, toggle
            case choice(isMany: Bool)
        }

        let id: String
        let kind: Kind
        let label: String
        let isRequired: Bool
        let value: String
        let choices: [(title: String, value: String)]
        let valueOn: String
        let valueOff: String
    }

    /// One submit action.
    struct Action {
        let title: String
        let data: JSON
    }

    private(set) var texts: [String] = []
    private(set) var inputs: [Input] = []
    private(set) var actions: [Action] = []

    /// The most elements of a card that are looked at: 1,000.
    private static let limit = 1_000

    /// Reads a card; what is not known is left out.
    init(_ json: JSON) {
        var rest = Self.limit
        let card = json["type"]?.stringValue == nil && json["body"] == nil ? json["content"] ?? json : json
        for element in card["body"]?.arrayValue ?? [] { read(element, &rest) }
        for action in card["actions"]?.arrayValue ?? [] { readAction(action) }
    }

    private mutating func read(_ element: JSON, _ rest: inout Int) {
        rest -= 1
        guard rest > 0, let type = element["type"]?.stringValue else { return }
        switch type.lowercased() {
        case "textblock", "textrun":
            if let text = element["text"]?.stringValue { texts.append(text) }
        case "richtextblock":
            let runs = element["inlines"]?.arrayValue ?? []
            texts.append(runs.compactMap { $0.stringValue ?? $0["text"]?.stringValue }.joined())
        case "factset":
            for fact in element["facts"]?.arrayValue ?? [] {
                texts.append("\(fact["title"]?.stringValue ?? ""): \(fact["value"]?.stringValue ?? "")")
            }
        case "actionset":
            for action in element["actions"]?.arrayValue ?? [] { readAction(action) }
        default:
            if type.lowercased().hasPrefix("input.") {
                if let input = Self.input(element, type.lowercased()) { inputs.append(input) }
                return
            }
            for name in ["items", "columns", "rows", "cells"] {
                for inner in element[name]?.arrayValue ?? [] { read(inner.typed(name), &rest) }
            }
        }
    }

    private mutating func readAction(_ action: JSON) {
        let type = action["type"]?.stringValue?.lowercased()
        guard type == "action.submit" || type == "action.execute" else { return }
        let title = action["title"]?.stringValue ?? action["id"]?.stringValue ?? "Submit"
        actions.append(Action(title: title, data: action["data"] ?? .null))
    }

    private static func input(_ json: JSON, _ type: String) -> Input? {
        guard let id = json["id"]?.stringValue, !id.isEmpty else { return nil }
        let kind: Input.Kind =
            switch type {
            case "input.number": .number
            case "input.date": .date
            case "input.time": .time
            case "input.toggle": .toggle
            case "input.choiceset": .choice(isMany: json["isMultiSelect"]?.boolValue ?? false)
            default: json["isMultiline"]?.boolValue == true ? .multiline : .text
            }
        let value = json["value"].map { $0.stringValue ?? $0.text } ?? ""
        return Input(
            id: id,
            kind: kind,
            label: json["label"]?.stringValue ?? json["title"]?.stringValue ?? json["placeholder"]?.stringValue ?? id,
            isRequired: json["isRequired"]?.boolValue ?? false,
            value: value,
            choices: (json["choices"]?.arrayValue ?? []).map { choice in
                let title = choice["title"]?.stringValue ?? ""
                return (title: title, value: choice["value"]?.stringValue ?? title)
            },
            valueOn: json["valueOn"]?.stringValue ?? "true",
            valueOff: json["valueOff"]?.stringValue ?? "false"
        )
    }
}

extension AnswerCard.Input.Kind: Equatable {}

extension JSON {
    /// A column, row or cell with a type, which cards may leave out.
    fileprivate func typed(_ place: String) -> JSON {
        guard self["type"] == nil, case .object(var object) = self else { return self }
        object["type"] = .string(place)
        return .object(object)
    }
}
