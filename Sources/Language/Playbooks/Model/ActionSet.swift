/// A set of actions of one definition, as bits; listed in order of appearance.
public struct ActionSet: Sendable, Hashable, Sequence, ExpressibleByArrayLiteral {
    private var words: [UInt64]

    /// The empty set.
    public init() {
        words = []
    }

    /// The set of these actions.
    public init(arrayLiteral elements: ActionID...) {
        words = []
        for element in elements {
            insert(element)
        }
    }

    /// The set of the first `count` actions.
    static func all(_ count: Int) -> ActionSet {
        var set = ActionSet()
        for index in 0..<count {
            set.insert(ActionID(index))
        }
        return set
    }

    /// Whether the action is in it.
    public func contains(_ action: ActionID) -> Bool {
        let word = action.index >> 6
        return word < words.count && words[word] & (1 << UInt64(action.index & 63)) != 0
    }

    /// Adds the action.
    public mutating func insert(_ action: ActionID) {
        let word = action.index >> 6
        while words.count <= word {
            words.append(0)
        }
        words[word] |= 1 << UInt64(action.index & 63)
    }

    /// Adds all actions of the other set.
    public mutating func formUnion(_ other: ActionSet) {
        while words.count < other.words.count {
            words.append(0)
        }
        for index in other.words.indices {
            words[index] |= other.words[index]
        }
    }

    /// Whether there is none in it.
    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// How many are in it.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The actions in order of appearance.
    public func makeIterator() -> IndexingIterator<[ActionID]> {
        var members: [ActionID] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                members.append(ActionID(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return members.makeIterator()
    }

    /// Equal when they hold the same actions.
    public static func == (left: ActionSet, right: ActionSet) -> Bool {
        let length = Swift.max(left.words.count, right.words.count)
        return (0..<length).allSatisfy { left.word($0) == right.word($0) }
    }

    /// Hashes the actions.
    public func hash(into hasher: inout Hasher) {
        for action in self {
            hasher.combine(action)
        }
    }

    private func word(_ index: Int) -> UInt64 {
        index < words.count ? words[index] : 0
    }
}
