/// Two secrets of this process, so that nobody outside can choose names whose fingerprints collide.
private let firstSecret = UInt64.random(in: .min ... .max) | 1
private let secondSecret = UInt64.random(in: .min ... .max) | 1

/// A hash of a name's bytes: equal names have equal fingerprints within one process.
@inline(__always)
func nameFingerprint(_ bytes: UnsafeBufferPointer<UInt8>, _ first: UInt64, _ second: UInt64) -> UInt32 {
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return 0 }
    var count = bytes.count
    var at = base
    var state = first ^ UInt64(truncatingIfNeeded: count)
    while count > 16 {
        state = folded(load8(at) ^ state, load8(at + 8) ^ second)
        at += 16
        count -= 16
    }
    let low: UInt64
    let high: UInt64
    if count >= 8 {
        low = load8(at)
        high = load8(at + count - 8)
    } else if count >= 4 {
        low = UInt64(at.loadUnaligned(as: UInt32.self))
        high = UInt64((at + count - 4).loadUnaligned(as: UInt32.self))
    } else if count > 0 {
        let start = UInt64(at.load(as: UInt8.self))
        let middle = UInt64(at.load(fromByteOffset: count >> 1, as: UInt8.self))
        low = start << 16 | middle << 8
        high = UInt64(at.load(fromByteOffset: count - 1, as: UInt8.self))
    } else {
        low = 0
        high = 0
    }
    let mixed = folded(low ^ state, high ^ second)
    return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
}

/// The two secrets, read once before a loop over many names.
@inline(__always)
var nameSecrets: (first: UInt64, second: UInt64) { (firstSecret, secondSecret) }

@inline(__always)
private func load8(_ pointer: UnsafeRawPointer) -> UInt64 { pointer.loadUnaligned(as: UInt64.self) }

@inline(__always)
private func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}

/// Compares buffers of the same size, eight bytes at a time.
private func areSame(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let leftBase = UnsafeRawPointer(left.baseAddress), let rightBase = UnsafeRawPointer(right.baseAddress) else {
        return left.isEmpty
    }
    let count = left.count
    var place = 0
    while place + 8 <= count {
        guard load8(leftBase + place) == load8(rightBase + place) else { return false }
        place += 8
    }
    while place < count {
        guard left[place] == right[place] else { return false }
        place += 1
    }
    return true
}

extension String {
    /// The fingerprint of this name's bytes.
    var nameFingerprint: UInt32 {
        let secrets = nameSecrets
        return withBytes { JSONTree.nameFingerprint($0, secrets.first, secrets.second) }
    }

    /// Tells whether both texts have the same UTF-8 bytes (Swift's own `==` compares by canonical equivalence).
    @inline(__always)
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return withBytes { mine in other.withBytes { theirs in areSame(mine, theirs) } }
    }

    /// Gives the bytes of this text to a closure, without a copy where the text is stored natively.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}
