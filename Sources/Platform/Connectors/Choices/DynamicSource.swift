import JSONTree
import OData

/// Where the choices or the schema of a field come from, as an extension of the definition says it.
struct DynamicSource: Sendable, Hashable {
    /// What it gives.
    enum Kind: String, Sendable, Hashable {
        /// Values to choose from (`x-ms-dynamic-values`, `x-ms-dynamic-list`).
        case list
        /// Folders to look into (`x-ms-dynamic-tree`, or `x-ms-dynamic-values` with the capability `file-picker`).
        case tree
        /// The schema of the field (`x-ms-dynamic-schema`, `x-ms-dynamic-properties`).
        case schema
    }

    /// The call of an operation with the way to read its answer.
    struct Call: Sendable, Hashable {
        let operation: String
        let bindings: [DynamicBinding]
        let reading: ItemReading
    }

    let kind: Kind
    /// The call for the list, for the schema, or for the top of the tree.
    let open: Call
    /// The call for what is in a folder of a tree; nil where there are no folders.
    let browse: Call?
    /// Whether what the operations do not take is left out: the picker's own settings stand among the parameters.
    let skipsUnknownParameters: Bool

    var calls: [Call] { [open] + (browse.map { [$0] } ?? []) }
}

/// One extension at a field, read.
struct DynamicExtension: Sendable, Hashable {
    /// Its name, such as `x-ms-dynamic-values`.
    let name: String
    /// What it says; nil when it is not understood.
    let source: DynamicSource?
    /// Why it is not understood; nil when it is.
    let reason: String?

    private struct Trouble: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// The names of the extensions; of two at one field the newer form goes first.
    static let names = [
        "x-ms-dynamic-tree", "x-ms-dynamic-list", "x-ms-dynamic-values", "x-ms-dynamic-properties",
        "x-ms-dynamic-schema",
    ]

    /// Reads the extensions of a parameter or schema.
    ///
    /// - Parameters:
    ///   - node: The parameter or schema.
    ///   - picker: The definition's capability `file-picker`; nil when it has none.
    /// - Returns: Those that are there, those that are not understood among them.
    static func all(at node: JSON, picker: JSON?) -> [DynamicExtension] {
        names.compactMap { name in
            guard let json = node[name]?.nonNull else { return nil }
            do throws(Trouble) {
                return DynamicExtension(name: name, source: try source(name, json, picker), reason: nil)
            } catch {
                return DynamicExtension(name: name, source: nil, reason: error.reason)
            }
        }
    }

    private static func source(_ name: String, _ json: JSON, _ picker: JSON?) throws(Trouble) -> DynamicSource {
        guard json.objectValue != nil else { throw Trouble("it is no object") }
        switch name {
        case "x-ms-dynamic-tree": return try tree(json)
        case "x-ms-dynamic-properties", "x-ms-dynamic-schema":
            let path = (json["itemValuePath"] ?? json["value-path"])?.stringValue
            return simple(.schema, try call(json, reading: ItemReading(value: path)))
        default:
            if let capability = json["capability"]?.stringValue, json["operationId"] == nil {
                return try pickerTree(json, capability, picker)
            }
            return simple(.list, try call(json, reading: try reading(json)))
        }
    }

    private static func simple(_ kind: DynamicSource.Kind, _ call: DynamicSource.Call) -> DynamicSource {
        DynamicSource(kind: kind, open: call, browse: nil, skipsUnknownParameters: false)
    }

    private static func call(_ json: JSON?, reading: ItemReading) throws(Trouble) -> DynamicSource.Call {
        guard let operation = json?["operationId"]?.stringValue, !operation.isEmpty else {
            if let name = json?["builtInOperation"]?.stringValue {
                throw Trouble("it asks for '\(name)', which only the original editor knows")
            }
            throw Trouble("it names no operation ('operationId')")
        }
        return DynamicSource.Call(
            operation: operation,
            bindings: DynamicBinding.read(json?["parameters"]),
            reading: reading
        )
    }

    private static func reading(_ json: JSON) throws(Trouble) -> ItemReading {
        func text(_ new: String, _ old: String) -> String? { (json[new] ?? json[old])?.stringValue }
        var reading = ItemReading(value: text("itemValuePath", "value-path"))
        reading.collection = text("itemsPath", "value-collection") ?? ""
        reading.title = text("itemTitlePath", "value-title")
        reading.details = text("itemDescriptionPath", "value-description")
        reading.selectable = json["value-selectable"]?.stringValue
        reading.filter = try filter(json["selectableFilter"])
        return reading
    }

    private static func filter(_ json: JSON?) throws(Trouble) -> ODataFilter? {
        guard let text = json?.stringValue, !text.isEmpty else { return nil }
        do {
            return try ODataFilter(text)
        } catch {
            throw Trouble("its condition '\(text)' cannot be read: \(error.message)")
        }
    }

    private static func tree(_ json: JSON) throws(Trouble) -> DynamicSource {
        let settings = json["settings"]
        func call(_ name: String) throws(Trouble) -> DynamicSource.Call {
            guard let json = json[name], json.objectValue != nil else { throw Trouble("it has no '\(name)'") }
            var reading = try reading(json)
            reading.fullTitle = json["itemFullTitlePath"]?.stringValue
            reading.folders = try filter(json["itemIsParent"]).map(ItemReading.FolderRule.filter) ?? .nothing
            reading.choosesFolders = settings?["canSelectParentNodes"]?.boolValue ?? true
            reading.choosesLeaves = settings?["canSelectLeafNodes"]?.boolValue ?? true
            return try Self.call(json, reading: reading)
        }
        let open = try call("open")
        let browse = json["browse"]?.nonNull == nil ? nil : try call("browse")
        return DynamicSource(kind: .tree, open: open, browse: browse, skipsUnknownParameters: false)
    }

    /// The older form of trees: the calls stand once in the definition (`x-ms-capabilities`), a parameter only refers to them.
    private static func pickerTree(
        _ json: JSON,
        _ capability: String,
        _ picker: JSON?
    ) throws(Trouble) -> DynamicSource {
        guard capability == "file-picker" else { throw Trouble("its capability '\(capability)' is not known") }
        guard let picker else {
            throw Trouble("the definition does not have the capability 'file-picker' ('x-ms-capabilities')")
        }
        var reading = ItemReading(value: json["value-path"]?.stringValue)
        reading.collection = picker["value-collection"]?.stringValue ?? ""
        reading.title = picker["value-title"]?.stringValue
        reading.media = picker["value-media-property"]?.stringValue
        reading.folders = picker["value-folder-property"]?.stringValue.map(ItemReading.FolderRule.member) ?? .nothing
        let settings = json["parameters"]
        reading.choosesFolders = settings?["isFolder"]?.boolValue ?? false
        reading.choosesLeaves = !reading.choosesFolders
        reading.mediaTypes = (settings?["fileFilter"]?.arrayValue ?? []).compactMap(\.stringValue)
        let own = DynamicBinding.read(settings).filter { !["isFolder", "fileFilter"].contains($0.target) }
        func call(_ name: String) throws(Trouble) -> DynamicSource.Call {
            let call = try Self.call(picker[name], reading: reading)
            let others = own.filter { mine in !call.bindings.contains { $0.target == mine.target } }
            return DynamicSource.Call(operation: call.operation, bindings: call.bindings + others, reading: reading)
        }
        return DynamicSource(
            kind: .tree,
            open: try call("open"),
            browse: picker["browse"] == nil ? nil : try call("browse"),
            skipsUnknownParameters: true
        )
    }
}
