import Expressions
import JSONTree
import Playbooks

/// Table: CSV or HTML of an array (section 6.12).
enum TableAction {
    static func run(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        switch PlainActions.from(inputs, "table") {
        case .failure(let error):
            return PlainActions.badRequest("BadRequest", error.message)
        case .success(let items):
            let isHTML = inputs[ignoringCase: "format"]?.stringValue?.lowercased() == "html"
            do throws(TableError) {
                let table =
                    switch node.perItem {
                    case .table(let columns)? where !columns.isEmpty: try explicit(columns, items, context)
                    default: try automatic(items)
                    }
                return .outputs(
                    ["body": .string(isHTML ? html(table) : csv(table))],
                    code: "OK"
                )
            } catch {
                return PlainActions.badRequest(
                    error.isOfColumn ? "InvalidTemplate" : "BadRequest",
                    error.isOfColumn
                        ? "The execution of template action '\(node.name)' failed. The column values could not be evaluated: '\(error.message)'"
                        : error.message
                )
            }
        }
    }

    struct TableError: Error {
        var message: String
        /// Whether the template of a column failed, rather than what the table is made from.
        var isOfColumn = false
    }

    struct Table {
        var headers: [String]?
        var rows: [[String]]
    }

    private static func explicit(
        _ columns: [TableColumn],
        _ items: [JSON],
        _ context: RunContext
    ) throws(TableError) -> Table {
        do throws(ExpressionError) {
            var headers: [String]? = []
            for column in columns {
                if let header = column.header {
                    headers?.append(TextConversion.text(try header.evaluate(in: context)))
                } else {
                    headers = nil
                }
                if headers == nil { break }
            }
            var rows: [[String]] = []
            for item in items {
                var row: [String] = []
                for column in columns {
                    row.append(TextConversion.text(try column.value.evaluate(in: context, item: item)))
                }
                rows.append(row)
            }
            return Table(headers: headers, rows: rows)
        } catch {
            throw TableError(message: error.message, isOfColumn: true)
        }
    }

    private static func automatic(_ items: [JSON]) throws(TableError) -> Table {
        var names: [String] = []
        var seen = Set<String>()
        for item in items {
            guard let object = item.objectValue else {
                throw TableError(
                    message:
                        "The property 'columns' must be specified unless the 'from' property value is an array of objects."
                )
            }
            for (name, _) in object where seen.insert(name).inserted { names.append(name) }
        }
        return Table(
            headers: items.isEmpty ? nil : names,
            rows: items.map { item in names.map { item[$0].map(TextConversion.text) ?? "" } }
        )
    }

    private static func csv(_ table: Table) -> String {
        var text = ""
        for row in (table.headers.map { [$0] } ?? []) + table.rows {
            text += row.map(field).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static func field(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        guard needsQuotes else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func html(_ table: Table) -> String {
        var text = "<table>"
        if let headers = table.headers {
            text += "<thead><tr>" + headers.map { "<th>\(encoded($0))</th>" }.joined() + "</tr></thead>"
        }
        text += "<tbody>"
        for row in table.rows { text += "<tr>" + row.map { "<td>\(encoded($0))</td>" }.joined() + "</tr>" }
        return text + "</tbody></table>"
    }

    /// As .NET's WebUtility encodes: the five characters of HTML, and U+00A0 to U+00FF and astral ones by number.
    private static func encoded(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "&": result += "&amp;"
            default:
                if (160...255).contains(scalar.value) || scalar.value > 0xFFFF {
                    result += "&#\(scalar.value);"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
