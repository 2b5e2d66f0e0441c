import ArgumentParser
import Connectors
import Foundation
import JSONTree
import Playbooks

extension ConnectorsCommand {
    /// The command `tocsin connectors add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a connector to the data folder of a server.",
            discussion: """
                Takes a folder with a definition, one OpenAPI or Swagger file (JSON or YAML), or a deployment template that brings \
                custom connectors (Microsoft.Web/customApis). A connector that does not load is not added. A running server uses a \
                new connector at once, and one that was replaced after a restart.
                """
        )

        @Argument(help: ArgumentHelp("A folder or a file.", valueName: "path"))
        var source: String

        @Option(help: "Name of the connector, as playbooks write it; else that of the folder, file or resource.")
        var name: String?

        @Flag(help: "Take the place of an installed connector of that name.")
        var replace = false

        @Flag(help: "Read files that are not quite JSON, and write them corrected.")
        var lenient = false

        @OptionGroup var place: ConnectorPlace

        func run() async throws {
            try await Ending.run {
                let configuration = try await place.configuration()
                let installer = ConnectorInstaller(
                    target: configuration.data + "/connectors",
                    folders: place.connectors.isEmpty ? configuration.connectorFolders : place.connectors,
                    isReplacing: replace,
                    isLenient: lenient
                )
                for check in try installer.add(source, name: name) {
                    for remark in check.remarks where remark.severity != .note { Console.complain(remark.text) }
                    print(
                        "Connector \(check.name) is added, with \(check.definition?.operations.count ?? 0) operations"
                    )
                }
            }
        }
    }
}

/// Copies connectors into the data folder of a server.
struct ConnectorInstaller {
    /// The folder that gets them.
    let target: String
    /// Where connectors are installed already.
    let folders: [String]
    let isReplacing: Bool
    let isLenient: Bool

    /// The files of a connector, by name.
    private typealias Files = [(name: String, bytes: [UInt8])]

    /// Adds the connectors of a folder, a definition or a deployment template.
    ///
    /// - Returns: What was checked before it was added.
    /// - Throws: `CommandFailure`; nothing of a connector that fails is there afterwards.
    func add(_ source: String, name: String?) throws(CommandFailure) -> [ConnectorCheck] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
            throw CommandFailure(
                code: "UnreadableFile",
                place: source,
                message: "There is no such folder or file.",
                remedy: "Check the path."
            )
        }
        if isFolder.boolValue {
            return [try install(try files(of: source), name: name ?? InputFile.last(source), source)]
        }
        var bytes = try InputFile.bytes(source)
        let lower = source.lowercased()
        let folder = URL(filePath: source).deletingLastPathComponent().path(percentEncoded: false)
        if let whole = try joined(bytes, file: InputFile.last(source), in: folder) {
            bytes = whole
        } else if lower.hasSuffix(".yaml") || lower.hasSuffix(".yml") {
            return [try install([("openapi.yaml", bytes)], name: name ?? InputFile.stem(source), source)]
        }
        let template = PlaybookFile.load(bytes: bytes)
        if template.form == .deploymentTemplate { return try add(template, name: name, source) }
        let isOpenAPI = ((try? JSON.parse(bytes)) ?? .null)["openapi"] != nil
        let file = isOpenAPI ? "openapi.json" : "apiDefinition.swagger.json"
        return [try install([(file, bytes)], name: name ?? InputFile.stem(source), source)]
    }

    private func add(_ template: LoadedFile, name: String?, _ source: String) throws(CommandFailure) -> [ConnectorCheck]
    {
        guard !template.customAPIs.isEmpty else {
            throw CommandFailure(
                code: "NoConnector",
                place: source,
                message: "The deployment template brings no custom connector (Microsoft.Web/customApis).",
                remedy: "Give a definition, or a template that has one."
            )
        }
        guard name == nil || template.customAPIs.count == 1 else {
            throw CommandFailure(
                code: "InvalidParameter",
                place: "--name",
                message:
                    "The deployment template brings \(template.customAPIs.count) connectors; one name cannot do for all.",
                remedy: "Leave out --name."
            )
        }
        var checks: [ConnectorCheck] = []
        for resource in template.customAPIs {
            let document = try resource.described()
            let file = document["openapi"] == nil ? "apiDefinition.swagger.json" : "openapi.json"
            let files: Files = [(file, document.bytes()), ("apiProperties.json", resource.settings.bytes())]
            checks.append(try install(files, name: name ?? resource.name, source))
        }
        return checks
    }

    private func files(of folder: String) throws(CommandFailure) -> Files {
        guard let found = ConnectorCheck.files(in: folder) else {
            throw CommandFailure(
                code: "NoConnector",
                place: folder,
                message: "The folder holds no connector.",
                remedy:
                    "It needs apiDefinition.swagger.json, openapi.json or openapi.yaml, or one file that is named as a definition is."
            )
        }
        var files: Files = []
        for (usual, written) in found {
            let bytes = try InputFile.bytes("\(folder)/\(written)")
            if files.isEmpty, let whole = try joined(bytes, file: written, in: folder) {
                files.append((usual.hasPrefix("openapi.") ? "openapi.json" : usual, whole))
            } else {
                files.append((usual, bytes))
            }
        }
        return files
    }

    /// A definition with the files that it refers to; nil where it refers to none.
    private func joined(_ bytes: [UInt8], file: String, in folder: String) throws(CommandFailure) -> [UInt8]? {
        do throws(ConnectorRemark) {
            return try ConnectorCheck.joined(bytes, file: file, in: folder)
        } catch {
            throw CommandFailure(
                code: "InvalidConnectorDefinition",
                place: "\(folder)/\(error.file)",
                message: error.text,
                remedy: "Nothing was added."
            )
        }
    }

    /// Checks the files in a folder of their own, and moves it to its place when they load.
    private func install(_ files: Files, name: String, _ source: String) throws(CommandFailure) -> ConnectorCheck {
        let name = try checked(name)
        let place = "\(target)/\(name)"
        // Folders whose name begins with a dot are no connectors, so a server never reads one that is half written.
        let staging = "\(target)/.\(UInt64.random(in: 0 ... .max))/\(name)"
        let parent = URL(filePath: staging).deletingLastPathComponent()
        defer { try? FileManager.default.removeItem(at: parent) }
        do {
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
            for file in files {
                try Data(ConnectorCheck.corrected(file.bytes, file: file.name, isLenient: isLenient))
                    .write(to: URL(filePath: "\(staging)/\(file.name)"))
            }
        } catch {
            throw CommandFailure(
                code: "UnwritableFolder",
                place: target,
                message: "The connector cannot be written: \(error)",
                remedy: "Check that you may write into the data folder."
            )
        }
        guard let check = ConnectorCheck.check(folder: staging).first, check.isLoaded else {
            let remarks = ConnectorCheck.check(folder: staging).first?.remarks ?? []
            throw CommandFailure(
                code: "InvalidConnectorDefinition",
                place: source,
                message: remarks.filter { $0.severity == .error }.map(\.text).joined(separator: "\n"),
                remedy: "Nothing was added."
            )
        }
        do {
            if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
            try FileManager.default.moveItem(atPath: staging, toPath: place)
        } catch {
            throw CommandFailure(
                code: "UnwritableFolder",
                place: place,
                message: "The connector cannot be moved: \(error)"
            )
        }
        return check
    }

    private func checked(_ name: String) throws(CommandFailure) -> String {
        let name = name.lowercased()
        guard ConnectorCheck.isName(name) else {
            throw CommandFailure(
                code: "InvalidParameter",
                place: name,
                message: "This is no name of a connector.",
                remedy:
                    "Give one of letters, digits, '-', '_' and '.' by --name; playbooks write it as managedApis/NAME."
            )
        }
        let isThere = folders.contains { FileManager.default.fileExists(atPath: "\($0)/\(name)") }
        guard isReplacing || (!isThere && !FileManager.default.fileExists(atPath: "\(target)/\(name)")) else {
            throw CommandFailure(
                code: "ConnectorExists",
                place: name,
                message: "A connector of this name is installed.",
                remedy: "Take its place by --replace, or give another name by --name."
            )
        }
        return name
    }
}
