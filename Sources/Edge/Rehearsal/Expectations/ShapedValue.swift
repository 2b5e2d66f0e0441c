import Content
import JSONSchema
import JSONTree
import Moments

/// Gives values what a playbook expects of them, under what a definition says: what it says stays, and what it leaves open
/// is made so that the playbook can go on.
struct ShapedValue {
    /// The most items that are made of an array: 100.
    static let itemLimit = 100

    let seed: String
    let now: Timestamp
    /// Follows references of the definition's schemas.
    var resolve: (JSON) -> JSON = { $0 }
    /// The paths of members that had to be made although the definition does not have them.
    private(set) var assumed: [String] = []

    init(seed: String, now: Timestamp, resolve: @escaping (JSON) -> JSON = { $0 }) {
        self.seed = seed
        self.now = now
        self.resolve = resolve
    }

    /// Where a value is: by its path and by what the definition says of it.
    struct Place {
        var path: String
        /// The name by which samples are made.
        var name: String
        /// What the definition says; nil: nothing.
        var known: JSON?
        /// The number of the item that it is or is part of.
        var index = 0
        /// Whether filters find something as it is.
        var isSettled = false
    }

    /// The value as the playbook expects it.
    ///
    /// - Parameters:
    ///   - value: What was answered; nil when there is nothing.
    ///   - shape: What is expected.
    ///   - schema: What the definition says; nil when it says nothing.
    ///   - name: The name by which samples are made.
    /// - Returns: The value.
    mutating func value(_ value: JSON?, _ shape: ExpectedShape, schema: JSON?, name: String) -> JSON {
        filled(value, shape, Place(path: "", name: name, known: schema.map(described)), 0)
    }

    private func described(_ schema: JSON) -> JSON { SampleValue.described(schema, resolve) }

    private mutating func filled(_ value: JSON?, _ shape: ExpectedShape, _ place: Place, _ depth: Int) -> JSON {
        guard depth < ShapeNode.depthLimit else { return value ?? .null }
        let start = value?.nonNull ?? made(shape, place)
        let isFixed = Self.isDeclared(place.known)
        switch start {
        case .object, .array:
            if !isFixed, value != nil, let kind = shape.kind, !Self.is(start, kind) {
                return kind == .text
                    ? filled(start.text, shape, place, depth, isMade: false) : filled(nil, shape, place, depth + 1)
            }
            if let object = start.objectValue { return .object(filled(object, shape, place, depth)) }
            return .array(filled(start.arrayValue ?? [], shape, place, depth))
        case .string(let text):
            if !isFixed, let kind = shape.kind, kind != .text, !(shape.isNumeric && Double(text) != nil) {
                return value == nil ? start : filled(nil, shape, place, depth + 1)
            }
            return filled(text, shape, place, depth, isMade: value == nil)
        case .null: return .null
        default:
            if !isFixed, value != nil, let kind = shape.kind, !Self.is(start, kind) {
                return filled(nil, shape, place, depth + 1)
            }
            guard !isFixed, value == nil || !shape.choices.isEmpty && !place.isSettled,
                let choice = Self.choice(shape, place)
            else { return start }
            return choice
        }
    }

    /// A value where there is none.
    private func made(_ shape: ExpectedShape, _ place: Place) -> JSON {
        if let known = place.known, Self.isDeclared(known) { return sample(known, place) }
        if let choice = Self.choice(shape, place) { return choice }
        if let narrow = (shape.schemas + shape.requests).map(described).first(where: Self.isNarrow) {
            return sample(narrow, place)
        }
        let kind = shape.kind ?? ColumnNames.kind(place.name)
        switch kind {
        case .object: return .object(JSONObject())
        case .array: return .array([])
        case .number: return sample(["type": "number"], place)
        case .integer: return sample(["type": "integer"], place)
        case .boolean: return sample(["type": "boolean"], place)
        case .null: return .null
        case .text, nil:
            if shape.content == nil, shape.decoded == nil, shape.parts.isEmpty, shape.pieces.isEmpty,
                let column = AlertColumns(now: now).text(place.name)
            {
                return .string(column)
            }
            return sample(ColumnNames.schema(place.name, isInstant: shape.isInstant), place)
        }
    }

    /// Whether a schema says more of a plain value than its type.
    private static func isNarrow(_ schema: JSON) -> Bool {
        guard let kind = SchemaDemands.kinds(schema).first(where: { $0 != .null }), kind != .object, kind != .array
        else {
            return schema["enum"]?.arrayValue?.isEmpty == false
        }
        let words = ["enum", "const", "format", "minimum", "maximum", "maxLength", "minLength", "multipleOf"]
        return words.contains { schema[$0] != nil }
    }

    private func sample(_ schema: JSON, _ place: Place) -> JSON {
        let now = now
        var maker = SampleValue(
            seed: "\(seed)\(place.path)#\(place.index)",
            instant: { (now - .seconds($0)).iso8601 },
            resolve: resolve
        )
        return maker.value(of: schema, name: place.name)
    }

    private static func choice(_ shape: ExpectedShape, _ place: Place) -> JSON? {
        guard !shape.choices.isEmpty else { return shared(shape) }
        let choice = shape.choices[place.index % shape.choices.count]
        guard let kind = shape.kind, kind != .text else { return choice }
        return `is`(choice, kind) ? choice : nil
    }

    /// What all have that are compared with each other.
    private static func shared(_ shape: ExpectedShape) -> JSON? {
        guard let number = shape.alike, !shape.isInstant, shape.members.isEmpty, shape.item == nil, shape.content == nil
        else {
            return nil
        }
        switch shape.kind {
        case .integer, .number: return .integer(Int64(4_240 + number))
        case .text, nil: return .string("shared-\(number)")
        default: return nil
        }
    }

    /// Whether a definition says of a text that it is one and no more.
    private static func isPlain(_ known: JSON?) -> Bool {
        guard let known else { return false }
        return ["example", "x-example", "default", "format", "enum", "const"].allSatisfy { known[$0] == nil }
    }

    // MARK: - Objects

    private mutating func filled(
        _ object: JSONObject,
        _ shape: ExpectedShape,
        _ place: Place,
        _ depth: Int
    ) -> JSONObject {
        var result = object
        let isOpen = Self.isOpen(place.known)
        for (name, inner) in shape.members {
            let known = place.known?["properties"]?[ignoringCase: name].map(described)
            let path = "\(place.path)/\(name)"
            var innerPlace = Place(
                path: path,
                name: name,
                known: known,
                index: place.index,
                isSettled: place.isSettled
            )
            if let member = result.member(ignoringCase: name) {
                innerPlace.name = member.name
                let isMissing = member.value.isNull
                if isMissing, !inner.isNeeded, inner.members.isEmpty { continue }
                result[member.name] = filled(member.value, inner, innerPlace, depth + 1)
            } else if inner.isNeeded || (isOpen && !Self.isBad(name)) {
                if !isOpen, known == nil { assumed.append(path) }
                result[name] = filled(nil, inner, innerPlace, depth + 1)
            }
        }
        return result
    }

    /// Members that say that something has gone wrong, or that there is more, are left out.
    private static func isBad(_ name: String) -> Bool {
        let lower = name.lowercased()
        return ["error", "errors", "exception", "fault", "nextlink", "@odata.nextlink"].contains(lower)
    }

    /// Whether a definition says what a value is.
    ///
    /// Of bytes nobody knows what they are.
    private static func isDeclared(_ known: JSON?) -> Bool {
        known?["type"] != nil && known?["format"]?.stringValue != "binary"
    }

    /// Whether a definition leaves open which members there are.
    private static func isOpen(_ known: JSON?) -> Bool {
        guard let known else { return true }
        if known["x-ms-dynamic-schema"] != nil || known["x-ms-dynamic-properties"] != nil { return true }
        if let more = known["additionalProperties"], more.boolValue == true || more.objectValue != nil { return true }
        return known["properties"]?.objectValue?.isEmpty ?? true
    }

    private static func `is`(_ value: JSON, _ kind: ExpectedShape.Kind) -> Bool {
        switch (value, kind) {
        case (.object, .object), (.array, .array), (.string, .text), (.bool, .boolean), (.integer, .integer),
            (.null, .null):
            true
        default: kind == .number && value.isNumber
        }
    }

    // MARK: - Arrays

    private mutating func filled(_ items: [JSON], _ shape: ExpectedShape, _ place: Place, _ depth: Int) -> [JSON] {
        let known = place.known?["items"].map(described)
        guard shape.item != nil || shape.least > 0 else { return items }
        let inner = shape.item ?? ExpectedShape(kind: nil, facts: ShapeFacts())
        let kept = Self.fitting(items, inner)
        var count = max(kept.count, shape.least, 1)
        if inner.variety() > 1, kept.isEmpty || !Self.isDeclared(known) { count = max(count, min(10, inner.variety())) }
        let isSettled = place.isSettled || kept.contains { Self.isFound($0, inner) }
        var result: [JSON] = []
        for index in 0..<min(count, max(kept.count, Self.itemLimit)) {
            let itemPlace = Place(
                path: "\(place.path)/[]",
                name: SampleValue.singular(place.name),
                known: known,
                index: index,
                isSettled: isSettled
            )
            result.append(filled(index < kept.count ? kept[index] : nil, inner, itemPlace, depth + 1))
        }
        // Where no item is as it is parsed, and none need be there, the service may as well answer none.
        let isUnfit = !inner.schemas.isEmpty && shape.least == 0 && !result.contains { Self.fits($0, inner) }
        return isUnfit ? [] : result
    }

    /// Whether an item has what filters look for.
    private static func isFound(_ item: JSON, _ shape: ExpectedShape) -> Bool {
        shape.members.allSatisfy { name, inner in
            guard let value = item[ignoringCase: name] else { return inner.choices.isEmpty && inner.pieces.isEmpty }
            let text = value.stringValue?.lowercased() ?? ""
            return (inner.choices.isEmpty || inner.choices.contains(value))
                && (inner.pieces.isEmpty || inner.pieces.contains { text.contains($0.lowercased()) })
        }
    }

    /// The items that the playbook can parse, where some are such and others are not.
    private static func fitting(_ items: [JSON], _ shape: ExpectedShape) -> [JSON] {
        let kept = items.filter { fits($0, shape) }
        return kept.isEmpty ? items : kept
    }

    /// Whether a value is as it is parsed.
    private static func fits(_ value: JSON, _ shape: ExpectedShape) -> Bool {
        shape.schemas.allSatisfy { schema in
            do {
                return try CompiledSchema(schema).isValid(value)
            } catch {
                return true
            }
        }
    }

    // MARK: - Texts

    private mutating func filled(
        _ text: String,
        _ shape: ExpectedShape,
        _ place: Place,
        _ depth: Int,
        isMade: Bool
    ) -> JSON {
        let isChosen = place.known.map { $0["enum"] != nil || $0["const"] != nil } ?? false
        guard !isChosen else { return .string(text) }
        if let content = shape.content ?? Self.lenientContent(shape) {
            return .string(held(text, content, place, depth).text)
        }
        if let decoded = shape.decoded {
            let inner = filled(
                nil,
                decoded,
                Place(path: "\(place.path)/decoded", name: place.name, known: nil),
                depth + 1
            )
            return .string(Base64.encode(Array((inner.stringValue ?? inner.text).utf8)))
        }
        var result = text
        let isOpen = !place.isSettled && (Self.isPlain(place.known) || !shape.choices.isEmpty)
        let mayChoose =
            Self.isDeclared(place.known) ? Self.isPlain(place.known) && (isMade || isOpen) : isMade || isOpen
        if mayChoose, let choice = Self.choice(shape, place)?.stringValue { result = choice }
        if shape.isInstant, !Self.isInstant(result) {
            result = sample(["type": "string", "format": "date-time"], place).stringValue ?? result
        }
        if shape.isNumeric, Double(result) == nil { result = sample(["type": "integer"], place).text }
        if result.count < shape.length {
            let filling = String(repeating: "x", count: shape.length - result.count)
            result += filling
        }
        for part in shape.parts { result = PartedText.text(result, part, name: place.name) }
        for piece in shape.pieces
        where (isMade || !place.isSettled) && !result.lowercased().contains(piece.lowercased()) {
            result += (result.isEmpty ? "" : " ") + piece + " \(place.name)"
        }
        return .string(result)
    }

    /// A text that a definition declares holds as JSON what is parsed of it.
    private static func lenientContent(_ shape: ExpectedShape) -> ExpectedShape? {
        shape.isLenient && (!shape.members.isEmpty || shape.item != nil) ? shape : nil
    }

    /// What a text holds as JSON.
    private mutating func held(_ text: String, _ content: ExpectedShape, _ place: Place, _ depth: Int) -> JSON {
        var old: JSON?
        do {
            old = try JSON.parse(AlertColumns(now: now).text(place.name) ?? text)
        } catch {
            old = nil
        }
        if old?.objectValue == nil, old?.arrayValue == nil { old = nil }
        if let value = old, let kind = content.kind, !Self.is(value, kind) { old = nil }
        return filled(old, content, Place(path: "\(place.path)/json", name: place.name, known: nil), depth + 1)
    }

    private static func isInstant(_ text: String) -> Bool {
        Timestamp(iso8601: text) != nil
            || (text.count == 10 && Timestamp(iso8601: text + "T00:00:00Z") != nil)
    }
}
