/// A table for people: columns as wide as their widest cell.
struct TextTable {
    private var rows: [[String]]

    /// A table with the names of its columns.
    init(_ columns: [String]) { rows = [columns] }

    /// Adds a row.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table, a line a row, with a line below the names.
    var text: String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var lines = rows.map { line($0, widths) }
        lines.insert(line(widths.map { String(repeating: "-", count: $0) }, widths), at: 1)
        return lines.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var result = ""
        for (column, width) in widths.enumerated() {
            let cell = column < cells.count ? cells[column] : ""
            result += (column == 0 ? "" : "  ") + cell
            if column < widths.count - 1 { result += String(repeating: " ", count: max(0, width - cell.count)) }
        }
        while result.hasSuffix(" ") { result.removeLast() }
        return result
    }
}
