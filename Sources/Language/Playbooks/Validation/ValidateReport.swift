public import JSONTree

/// What the validator found in one file.
public struct FileReport: Sendable {
    /// One workflow of the file.
    public struct Workflow: Sendable, Hashable {
        /// Its name; empty when the file gives none.
        public let name: String
        /// How many actions it has; nil when it could not be compiled.
        public let actions: Int?
    }

    /// The name of the file.
    public let name: String
    /// Its form; nil when it could not be recognised.
    public let form: FileForm?
    /// Its workflows, in order.
    public internal(set) var workflows: [Workflow]
    /// All remarks, with places in the file.
    public internal(set) var diagnostics: [Diagnostic]

    /// Whether the file could be saved as it is.
    public var isValid: Bool { !diagnostics.contains(where: \.isError) }
}

/// The report of `tocsin validate` on all its files.
public struct ValidateReport: Sendable {
    /// The files, in the order given.
    public let files: [FileReport]

    /// A report on these files.
    public init(_ files: [FileReport]) {
        self.files = files
    }

    /// How many files could be saved.
    public var valid: Int { files.count(where: \.isValid) }
    /// How many are broken.
    public var invalid: Int { files.count - valid }
    /// The last line of the report: `N valid, M invalid`.
    public var summary: String { "\(valid) valid, \(invalid) invalid" }

    /// The report for people: each remark with file, line and column, and what to do; the summary last.
    public var text: String {
        var lines: [String] = []
        for file in files {
            lines.append("\(file.name): \(Self.headline(file))")
            for diagnostic in file.diagnostics {
                let place = diagnostic.line > 0 ? ":\(diagnostic.line):\(diagnostic.column)" : ""
                lines.append(
                    "  \(file.name)\(place): \(diagnostic.severity.rawValue) \(diagnostic.code): \(diagnostic.message)"
                )
                if !diagnostic.pointer.isEmpty {
                    lines.append("    at \(diagnostic.pointer)")
                }
                lines.append("    \(diagnostic.remedy)")
            }
        }
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    private static func headline(_ file: FileReport) -> String {
        let words = file.workflows.map { workflow in
            let name = workflow.name.isEmpty ? "workflow" : "'\(workflow.name)'"
            return name + (workflow.actions.map { " (\($0) actions)" } ?? "")
        }
        let what = words.isEmpty ? "no workflow" : words.joined(separator: ", ")
        return (file.isValid ? "valid, " : "invalid, ") + what
    }

    /// The report for programs: `{ files: [ { file, valid, form, workflows, diagnostics } ], valid, invalid }`.
    public var json: JSON {
        [
            "files": .array(files.map { Self.json($0) }),
            "valid": .integer(Int64(valid)),
            "invalid": .integer(Int64(invalid)),
        ]
    }

    private static func json(_ file: FileReport) -> JSON {
        [
            "file": .string(file.name),
            "valid": .bool(file.isValid),
            "form": file.form.map { .string($0.rawValue) } ?? .null,
            "workflows": .array(
                file.workflows.map {
                    ["name": .string($0.name), "actions": $0.actions.map { .integer(Int64($0)) } ?? .null]
                }
            ),
            "diagnostics": .array(file.diagnostics.map { $0.json }),
        ]
    }
}

extension Diagnostic {
    /// The diagnostic as an object: severity, code, message, remedy, pointer, line, column.
    public var json: JSON {
        [
            "severity": .string(severity.rawValue), "code": .string(code), "message": .string(message),
            "remedy": .string(remedy), "pointer": .string(pointer), "line": .integer(Int64(line)),
            "column": .integer(Int64(column)),
        ]
    }
}
