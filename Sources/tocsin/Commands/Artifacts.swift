public import ArgumentParser
import Content
public import Engine
import JSONTree

/// The command `tocsin artifacts`.
struct Artifacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage the schemas and maps that XML actions name.",
        discussion: """
            In Azure they lie in an integration account; here they belong to the tenant. XmlValidation and XmlParse name schemas \
            (XSD), Xslt names maps (XSLT 1.0), by name, or by file name.
            """,
        subcommands: [Put.self, List.self, Delete.self]
    )

    /// The command `tocsin artifacts put`.
    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a schema or map; runs that begin from now on use it."
        )

        @Argument(help: "schema or map.")
        var kind: Artifact.Kind

        @Argument(help: "The file.")
        var file: String

        @Option(help: "Its name; otherwise that of the file without its ending.")
        var name: String?

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let bytes = try InputFile.bytes(file)
                guard let content = String(validating: bytes, as: UTF8.self) else {
                    throw CommandFailure(code: "InvalidArtifact", place: file, message: "The file is not UTF-8.")
                }
                let name = name ?? InputFile.stem(file)
                let path = "/tocsin/v1/artifacts/\(kind.rawValue)/\(PercentEncoding.encode(name))"
                let body: JSON = ["content": .string(content)]
                try await choice.withClient(whileAbsent: .opensData) { _ = try await $0.call("PUT", path, body: body) }
                print("Put the \(kind.rawValue) \(name)")
            }
        }
    }

    /// The command `tocsin artifacts list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List schemas and maps.")

        @Flag(help: "Print them as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let all = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.list("/tocsin/v1/artifacts")
                }
                if json { return print(JSON.array(all).prettyText) }
                var table = TextTable(["kind", "name", "bytes", "changed"])
                for one in all {
                    table.add([
                        one["kind"]?.stringValue ?? "", one["name"]?.stringValue ?? "",
                        one["bytes"]?.integerValue.map(String.init) ?? "", one["changed"]?.stringValue ?? "",
                    ])
                }
                print(table.text)
            }
        }
    }

    /// The command `tocsin artifacts delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a schema or map.")

        @Argument(help: "schema or map.")
        var kind: Artifact.Kind

        @Argument(help: "Its name.")
        var name: String

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let path = "/tocsin/v1/artifacts/\(kind.rawValue)/\(PercentEncoding.encode(name))"
                try await choice.withClient(whileAbsent: .opensData) { _ = try await $0.call("DELETE", path) }
                print("Deleted the \(kind.rawValue) \(name)")
            }
        }
    }
}

extension Artifact.Kind: ExpressibleByArgument {}
