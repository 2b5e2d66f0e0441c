/// The members of a JSON object: ordered, with unique names and quick lookup.
///
/// A name is compared by its bytes. Looking up, replacing and appending take constant time also in big objects;
/// removing takes time in proportion to the number of members. Copies share their storage until one is changed.
public struct JSONObject: Sendable {
    /// One stored member with the fingerprint of its name.
    struct Member: Sendable {
        var name: String
        var value: JSON
        var fingerprint: UInt32
    }

    var members: [Member]
    var index: NameIndex

    /// Makes an empty object.
    public init() {
        members = []
        index = NameIndex()
    }

    /// Makes an object of pairs in their order; of equal names the last value wins, at the place of the first.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        self.init()
        for (name, value) in pairs { self[name] = value }
    }

    init(uniqueMembers: [Member], index: NameIndex) {
        members = uniqueMembers
        self.index = index
    }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// The values in order.
    public var values: [JSON] { members.map(\.value) }

    /// Makes room for that many members.
    public mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    /// The value of a name: reading gives nil when absent, writing replaces in place or appends, nil removes.
    public subscript(_ name: String) -> JSON? {
        get {
            position(of: name, name.nameFingerprint).map { members[$0].value }
        }
        set {
            guard let newValue else {
                remove(name)
                return
            }
            let fingerprint = name.nameFingerprint
            if let position = position(of: name, fingerprint) {
                members[position].value = newValue
            } else {
                append(Member(name: name, value: newValue, fingerprint: fingerprint))
            }
        }
    }

    /// The value of a name, or the default; changing it in place makes no copy of a value that only this object holds.
    public subscript(_ name: String, default fallback: @autoclosure () -> JSON) -> JSON {
        get {
            self[name] ?? fallback()
        }
        _modify {
            let fingerprint = name.nameFingerprint
            let found: Int
            if let position = position(of: name, fingerprint) {
                found = position
            } else {
                append(Member(name: name, value: fallback(), fingerprint: fingerprint))
                found = members.count - 1
            }
            yield &members[found].value
        }
    }

    /// The first member whose name is equal without regard to case; an exact match goes first.
    ///
    /// Case is that of .NET's ordinal comparison: scalar by scalar to upper case, independent of any language.
    public func member(ignoringCase name: String) -> (name: String, value: JSON)? {
        if let position = position(of: name, name.nameFingerprint) ?? position(ignoringCase: name) {
            return (members[position].name, members[position].value)
        }
        return nil
    }

    /// Removes a member and gives its value, or nil when there was none.
    @discardableResult
    public mutating func remove(_ name: String) -> JSON? {
        guard let position = position(of: name, name.nameFingerprint) else { return nil }
        let removed = members.remove(at: position)
        if !index.isEmpty { members.withUnsafeBufferPointer { index.rebuild($0) } }
        return removed.value
    }

    /// Removes every member that the closure names, in one pass.
    public mutating func removeAll(where isUnwanted: (_ name: String, _ value: JSON) throws -> Bool) rethrows {
        try members.removeAll { try isUnwanted($0.name, $0.value) }
        if !index.isEmpty { members.withUnsafeBufferPointer { index.rebuild($0) } }
    }

    /// The same names in the same order, with changed values.
    public func mapValues<Failure: Error>(_ change: (JSON) throws(Failure) -> JSON) throws(Failure) -> JSONObject {
        var result = self
        for position in result.members.indices {
            result.members[position].value = try change(members[position].value)
        }
        return result
    }

    /// Takes over all members of another object; its values win, at the place of existing names.
    public mutating func merge(_ other: JSONObject) {
        for (name, value) in other { self[name] = value }
    }

    @inline(__always)
    func position(of name: String, _ fingerprint: UInt32) -> Int? {
        if index.isEmpty {
            return members.firstIndex { $0.fingerprint == fingerprint && $0.name.hasSameBytes(as: name) }
        }
        return index.position(fingerprint) {
            members[$0].fingerprint == fingerprint && members[$0].name.hasSameBytes(as: name)
        }
    }

    private func position(ignoringCase name: String) -> Int? {
        members.firstIndex { $0.name.isSame(ignoringCase: name) }
    }

    private mutating func append(_ member: Member) {
        members.append(member)
        if members.count > NameIndex.threshold { members.withUnsafeBufferPointer { index.add(lastOf: $0) } }
    }
}

extension JSONObject: Hashable {
    /// Tells whether both objects have the same members in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        for (place, member) in left.members.enumerated() {
            let candidate = right.members[place]
            if candidate.fingerprint == member.fingerprint, candidate.name.hasSameBytes(as: member.name) {
                guard candidate.value == member.value else { return false }
            } else {
                guard let position = right.position(of: member.name, member.fingerprint),
                    right.members[position].value == member.value
                else { return false }
            }
        }
        return true
    }

    /// Feeds the members to a hasher without regard to their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var inner = Hasher()
            inner.combine(member.fingerprint)
            inner.combine(member.value)
            sum &+= inner.finalize()
        }
        hasher.combine(members.count)
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object with the members in the order given; of equal names the last value wins.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

extension JSONObject: Sequence {
    /// Goes through the members in order.
    public struct Iterator: IteratorProtocol {
        private let members: [Member]
        private var position = 0

        init(_ members: [Member]) { self.members = members }

        /// The next member, or nil at the end.
        public mutating func next() -> (name: String, value: JSON)? {
            guard position < members.count else { return nil }
            defer { position += 1 }
            return (members[position].name, members[position].value)
        }
    }

    /// An iterator over the members in order.
    public func makeIterator() -> Iterator { Iterator(members) }

    /// The number of members.
    public var underestimatedCount: Int { members.count }
}
