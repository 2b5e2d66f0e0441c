public import JSONTree
import OData

/// How an answer becomes choices: where its items are, and what in them is value and title.
struct ItemReading: Sendable, Hashable {
    /// Which items are folders.
    enum FolderRule: Sendable, Hashable {
        /// None.
        case nothing
        /// Those with something true in a member.
        case member(String)
        /// Those that fulfil a condition.
        case filter(ODataFilter)

        func holds(_ item: JSON) -> Bool {
            switch self {
            case .nothing: false
            case .member(let path): ItemReading.isTrue(ValuePath.value(path, of: item))
            case .filter(let filter): filter.matches(item)
            }
        }
    }

    /// The path to the items; empty when the answer itself is the array.
    var collection = ""
    /// The path to an item's value, or to a schema; nil: the item, or the answer, itself.
    var value: String?
    var title: String?
    /// The path to the title with those of the folders above.
    var fullTitle: String?
    var details: String?
    /// The path to what says whether an item can be chosen.
    var selectable: String?
    /// The condition of items that can be chosen.
    var filter: ODataFilter?
    var folders = FolderRule.nothing
    var choosesFolders = true
    var choosesLeaves = true
    /// The path to the media type of a file.
    var media: String?
    /// The media types of files that can be chosen; empty: all.
    var mediaTypes: [String] = []

    init(value: String?) { self.value = value }

    /// The choices of an answer.
    ///
    /// - Parameters:
    ///   - body: The answer's body.
    ///   - source: The operation's name, for messages.
    ///   - browse: The call that looks into folders; nil where there is none.
    /// - Returns: The choices in the order of the answer.
    /// - Throws: ``ChoiceFailure`` with `.unexpectedAnswer`.
    func choices(
        in body: JSON?,
        of source: String,
        browse: DynamicSource.Call?
    ) throws(ChoiceFailure) -> [Choice] {
        let found = body.flatMap { ValuePath.value(collection, of: $0) }
        guard let items = found?.arrayValue else {
            // A list that is left out where it is empty.
            if found == nil, !collection.isEmpty, body?.objectValue != nil, body?[ignoringCase: collection] != nil {
                return []
            }
            let place =
                collection.isEmpty ? "The answer of '\(source)'" : "'\(collection)' in the answer of '\(source)'"
            throw ChoiceFailure(
                .unexpectedAnswer,
                "\(place) is to be a list, and is \(found.map(Self.kind) ?? "not there")."
            )
        }
        let choices = items.compactMap { choice($0, browse) }
        guard choices.isEmpty, !items.isEmpty else { return choices }
        throw ChoiceFailure(
            .unexpectedAnswer,
            "None of the \(items.count) items that '\(source)' has answered has a value"
                + "\(value.map { " at '\($0)'" } ?? ": they are objects, and the definition names no member")."
        )
    }

    private func choice(_ item: JSON, _ browse: DynamicSource.Call?) -> Choice? {
        let isPlain = item.objectValue == nil
        guard let value = isPlain ? item.nonNull : value.flatMap({ ValuePath.value($0, of: item) }) else { return nil }
        func text(_ path: String?) -> String? { path.flatMap { ValuePath.value($0, of: item) }.map(Self.text) }
        let isFolder = folders.holds(item)
        var choice = Choice(value: value, title: text(title) ?? Self.text(value))
        choice.details = text(details)
        choice.fullTitle = text(fullTitle)
        choice.isSelectable = isSelectable(item, isFolder: isFolder)
        guard let browse else { return choice }
        choice.isFolder = isFolder
        guard isFolder else { return choice }
        var reference = JSONObject()
        for case (let name, .selection(let path)) in browse.bindings.map({ ($0.target, $0.value) }) {
            reference[name] = ValuePath.value(path, of: item) ?? .null
        }
        choice.folder = .object(reference)
        return choice
    }

    private func isSelectable(_ item: JSON, isFolder: Bool) -> Bool {
        guard isFolder ? choosesFolders : choosesLeaves else { return false }
        if let selectable, let flag = ValuePath.value(selectable, of: item), !Self.isTrue(flag) { return false }
        if let filter, !filter.matches(item) { return false }
        guard !isFolder, !mediaTypes.isEmpty, let media else { return true }
        let type = ValuePath.value(media, of: item)?.stringValue?.lowercased() ?? ""
        return mediaTypes.contains { wanted in
            let wanted = wanted.lowercased()
            return wanted.hasSuffix("*") ? type.hasPrefix(wanted.dropLast()) : type == wanted
        }
    }

    private static func isTrue(_ json: JSON?) -> Bool {
        guard let json = json?.nonNull else { return false }
        if let flag = json.boolValue { return flag }
        if let text = json.stringValue { return !text.isEmpty && text.lowercased() != "false" }
        return json != .integer(0)
    }

    private static func text(_ json: JSON) -> String { json.stringValue ?? json.text }

    /// What a value is, in words.
    static func kind(_ json: JSON) -> String {
        switch json {
        case .null: "null"
        case .bool: "true or false"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        default: "a number"
        }
    }
}

/// One value that a field can have.
public struct Choice: Sendable, Hashable {
    /// What the field gets.
    public var value: JSON
    /// What people read.
    public var title: String
    /// What people read beside it.
    public var details: String?
    /// The title with those of the folders above.
    public var fullTitle: String?
    /// Whether it can be chosen; folders that are only there to be opened cannot.
    public var isSelectable = true
    /// Whether something may be in it; nil where there are no folders.
    public var isFolder: Bool?
    /// What a question names to look into it; nil when it is no folder.
    public var folder: JSON?

    /// Makes a choice.
    public init(value: JSON, title: String) {
        self.value = value
        self.title = title
    }

    /// The choice as JSON.
    public var json: JSON {
        var object: JSONObject = ["value": value, "title": .string(title), "isSelectable": .bool(isSelectable)]
        object["description"] = details.map(JSON.string)
        object["path"] = fullTitle.map(JSON.string)
        object["isFolder"] = isFolder.map(JSON.bool)
        object["folder"] = folder
        return .object(object)
    }
}
