import Connectors
import JSONTree

/// What `tocsin connectors show --operation` says of an operation.
struct OperationView {
    private let json: JSON

    init(_ form: OperationForm) { json = form.json }

    var text: String {
        var lines = ["\(field("operationId")): \(field("title"))"]
        if let details = json["description"]?.stringValue, details != field("title") { lines.append(details) }
        let kind = [field("kind"), field("batch"), field("mode")].filter { !$0.isEmpty }.joined(separator: ", ")
        lines.append("\(field("method")) \(field("path")), \(kind), effect \(field("effect"))")
        if let reason = json["refused"]?.stringValue { lines.append("Calls are refused: \(reason).") }
        lines += ["", parameters]
        for one in json["parameters"]?.arrayValue ?? [] {
            for member in ["choices", "schema"] {
                guard let reason = one[member]?["unusable"]?.stringValue else { continue }
                lines.append(reason)
            }
        }
        let answer = json["answer"]
        if let status = answer?["statusCode"] {
            let members = answer?["schema"]?["properties"]?.objectValue?.names.joined(separator: ", ")
            let type = answer?["schema"]?["type"]?.stringValue
            lines += ["", "Answer: \(status.text)\(members.map { " with \($0)" } ?? type.map { ", \($0)" } ?? "")"]
        }
        for (what, member) in [("answer", "answer"), ("notification", "notification")] {
            for place in json[member]?["dynamic"]?.arrayValue ?? [] {
                let name = place["place"]?.stringValue ?? ""
                lines.append("Schema of the \(what)\(name.isEmpty ? "" : " at \(name)"): \(Self.source(place))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private var parameters: String {
        let all = json["parameters"]?.arrayValue ?? []
        guard !all.isEmpty else { return "It takes no parameters." }
        var table = TextTable(["PARAMETER", "TYPE", "NEEDED", "SHOWN", "TITLE", "CHOICES"])
        for one in all {
            let type = [one["type"]?.stringValue, one["format"]?.stringValue].compactMap(\.self)
            table.add([
                one["name"]?.stringValue ?? "", type.joined(separator: " "), one["required"] == true ? "yes" : "no",
                one["visibility"]?.stringValue ?? "", one["title"]?.stringValue ?? "", Self.choices(one),
            ])
        }
        return table.text
    }

    private static func choices(_ parameter: JSON) -> String {
        if let fixed = parameter["enum"]?.arrayValue {
            let shown = fixed.prefix(6).map { $0.stringValue ?? $0.text }.joined(separator: ", ")
            return fixed.count > 6 ? "\(shown), … (\(fixed.count))" : shown
        }
        if let choices = parameter["choices"] { return source(choices) }
        return parameter["schema"].map { "schema " + source($0) } ?? ""
    }

    private static func source(_ json: JSON) -> String {
        guard let operation = json["operationId"]?.stringValue else { return "cannot be had" }
        let others = (json["dependsOn"]?.arrayValue ?? []).compactMap(\.stringValue)
        return "from \(operation)" + (others.isEmpty ? "" : " by \(others.joined(separator: ", "))")
    }

    private func field(_ name: String) -> String { json[name]?.stringValue ?? "" }
}
