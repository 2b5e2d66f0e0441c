/// A table from name fingerprints to member positions, kept by objects with many members.
///
/// Open addressing with linear probing: a slot holds a position plus one, or zero when it is free. The table is
/// empty for small objects, where comparing fingerprints one after the other is faster.
struct NameIndex: Sendable {
    /// Objects with more members than this have an index.
    static let threshold = 32

    private(set) var slots: [UInt32] = []

    var isEmpty: Bool { slots.isEmpty }

    /// Finds the position whose fingerprint matches and which the closure confirms.
    @inline(__always)
    func position(_ fingerprint: UInt32, where isSame: (Int) -> Bool) -> Int? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var slot = Int(fingerprint) & mask
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if isSame(position) { return position }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Adds the last of the members; builds the table anew when it becomes too full.
    mutating func add(lastOf members: UnsafeBufferPointer<JSONObject.Member>) {
        guard members.count > Self.threshold else { return }
        if slots.isEmpty || members.count * 2 > slots.count {
            rebuild(members)
        } else {
            insert(members.count - 1, members[members.count - 1].fingerprint)
        }
    }

    /// Builds the table of all members, or empties it when there are few.
    mutating func rebuild(_ members: UnsafeBufferPointer<JSONObject.Member>) {
        guard members.count > Self.threshold else {
            slots = []
            return
        }
        var size = 128
        while size < members.count * 4 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for (position, member) in members.enumerated() { insert(position, member.fingerprint) }
    }

    private mutating func insert(_ position: Int, _ fingerprint: UInt32) {
        let mask = slots.count - 1
        var slot = Int(fingerprint) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(position + 1)
    }
}
