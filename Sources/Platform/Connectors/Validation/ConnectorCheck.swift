import Foundation
import JSONTree

/// What is to be said about one connector's folder, for `tocsin connectors check`.
public struct ConnectorCheck: Sendable {
    /// The folder's name.
    public let name: String
    /// The connector; nil when it does not load.
    public private(set) var definition: ConnectorDefinition?
    /// What is wrong with it and what is worth knowing.
    public private(set) var remarks: [ConnectorRemark]

    /// Whether it loads without error.
    public var isLoaded: Bool { definition != nil && !remarks.contains { $0.severity == .error } }

    /// The most remarks of a connector: 1,000.
    public static let limit = 1_000

    /// Checks the folders of connectors, or folders that hold them.
    ///
    /// - Parameters:
    ///   - folder: A connector's folder, or one with a folder for each.
    ///   - isLenient: Whether files that are not quite JSON are read all the same.
    /// - Returns: A report for each connector by its name; none when the folder holds no connector.
    public static func check(folder: String, isLenient: Bool = false) -> [ConnectorCheck] {
        if let connector = ConnectorFolder(folder) { return [ConnectorCheck(connector, isLenient: isLenient)] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            ConnectorFolder("\(folder)/\(name)").map { ConnectorCheck($0, isLenient: isLenient) }
        }
    }

    /// Whether a text can be the name of a connector: letters, digits, `-`, `_` and `.`, at most 128 bytes.
    public static func isName(_ name: String) -> Bool { ConnectorLoader.isName(name) }

    /// The bytes of a file of a connector, written anew as JSON where it was read leniently; else as they are.
    public static func corrected(_ bytes: [UInt8], file: String, isLenient: Bool) -> [UInt8] {
        guard isLenient, file.lowercased().hasSuffix(".json"), (try? JSON.parse(bytes)) == nil else { return bytes }
        return JSONFault.lenient(bytes)?.json.prettyText.utf8.map { $0 } ?? bytes
    }

    /// The bytes of a definition with the files that it refers to, as one file.
    ///
    /// - Parameters:
    ///   - bytes: The definition.
    ///   - file: Its name in its folder.
    ///   - folder: The folder, below which the other files lie.
    /// - Returns: One JSON file; nil when nothing leads to another file that is there, or the definition cannot be read.
    /// - Throws: ``ConnectorRemark`` when another file cannot be read.
    public static func joined(_ bytes: [UInt8], file: String, in folder: String) throws(ConnectorRemark) -> [UInt8]? {
        let utf8 = TextBytes.utf8(bytes)
        let json = DefinitionText.isYAML(file) ? try? YAMLText.document(utf8, file: file).json : try? JSON.parse(utf8)
        guard let json else { return nil }
        let whole = try ReferencedFiles.joined(json, file: file) { other throws(ConnectorRemark) in
            try ConnectorFolder.bytes(other, in: folder)
        }
        return whole == json ? nil : Array(whole.prettyText.utf8)
    }

    /// The files of a connector that lie in a folder, by the names that they have where connectors are installed.
    ///
    /// - Parameter folder: A connector's folder.
    /// - Returns: The usual name of each file, and the one that it has there; nil when the folder holds no connector.
    public static func files(in folder: String) -> [(usual: String, written: String)]? {
        guard let place = ConnectorFolder(folder) else { return nil }
        let isUsual = ConnectorFolder.definitionNames.contains(place.definitionName)
        let isYAML = DefinitionText.isYAML(place.definitionName)
        let definition =
            isUsual ? place.definitionName : isYAML ? "openapi.yaml" : ConnectorFolder.definitionNames[0]
        var files = [(usual: definition, written: place.definitionName)]
        let others = [
            ConnectorFolder.propertiesName, ConnectorFolder.adapterName, ConnectorFolder.scriptName, "README.md",
        ]
        for usual in others where FileManager.default.fileExists(atPath: "\(folder)/\(place.written(usual))") {
            files.append((usual, place.written(usual)))
        }
        return files
    }

    init(_ folder: ConnectorFolder, isLenient: Bool) {
        name = folder.name
        remarks = []
        let files = ConnectorFiles(folder, isLenient: isLenient)
        remarks = files.remarks
        guard let text = files.definition, !files.isBroken else { return }
        let json: JSON
        do {
            json = try folder.joined(text.json)
        } catch {
            remarks.append(error)
            return
        }
        remarks += DefinitionChecks(text, whole: json).remarks()
        guard !remarks.contains(where: { $0.severity == .error }) else { return }
        do {
            let bare = try ConnectorDefinition(
                name: name,
                definition: json,
                properties: files.properties?.json,
                hasScript: folder.hasScript
            )
            remarks += bare.remarks.map { text.remark($0.severity, at: $0.place, $0.message, $0.remedy) }
            if let properties = files.properties { remarks += PropertiesChecks(properties, definition: bare).remarks() }
            remarks += Self.scripted(bare, text)
            guard let adapter = files.adapter else {
                definition = bare
                return
            }
            let found = AdapterChecks(adapter, definition: bare, definitionText: text).remarks()
            remarks += found
            guard !found.contains(where: { $0.severity == .error }) else { return }
            definition = try ConnectorDefinition(
                name: name,
                definition: json,
                properties: files.properties?.json,
                adapter: adapter.json,
                hasScript: folder.hasScript
            )
        } catch {
            let message = (error as? ConnectorError)?.message ?? "\(error)"
            remarks.append(
                ConnectorRemark(.error, file: text.file, message: message, remedy: "Correct what the message names.")
            )
        }
        remarks = Array(remarks.prefix(Self.limit))
    }

    /// The operations that the original service answers by its script.
    private static func scripted(_ definition: ConnectorDefinition, _ text: DefinitionText) -> [ConnectorRemark] {
        definition.operations.filter { definition.needsScript($0) }.map { operation in
            text.remark(
                .note,
                at: ["paths", operation.path.text, operation.method.lowercased()],
                "The operation '\(operation.id)' needs a script\(definition.scriptOperations.file), which is not run; its calls are refused."
            )
        }
    }
}

/// The files of a connector, each read with its places.
private struct ConnectorFiles {
    private(set) var definition: DefinitionText?
    private(set) var properties: DefinitionText?
    private(set) var adapter: DefinitionText?
    private(set) var remarks: [ConnectorRemark] = []

    init(_ folder: ConnectorFolder, isLenient: Bool) {
        definition = read(folder.definitionName, folder, isLenient)
        properties = read(ConnectorFolder.propertiesName, folder, isLenient)
        adapter = read(ConnectorFolder.adapterName, folder, isLenient)
    }

    var isBroken: Bool { remarks.contains { $0.severity == .error } }

    private mutating func read(_ file: String, _ folder: ConnectorFolder, _ isLenient: Bool) -> DefinitionText? {
        do throws(ConnectorRemark) {
            guard let bytes = try folder.bytes(file) else { return nil }
            let text = try DefinitionText(bytes: bytes, file: folder.written(file), isLenient: isLenient)
            remarks += text.remarks
            return text
        } catch {
            remarks.append(error)
            return nil
        }
    }
}
