/// Bytes that grow at the end, without the cost of an array's checks for every byte.
struct ByteBuilder: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The bytes so far; valid until the next change.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        if capacity - count < bytes.count { grow(by: bytes.count) }
        (base + count).initialize(from: source, count: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends an integer in decimal.
    mutating func append(integer: Int64) {
        if capacity - count < 20 { grow(by: 20) }
        var rest = integer.magnitude
        if integer < 0 {
            base[count] = 0x2D
            count += 1
        }
        var size = 1
        var probe = rest
        while probe >= 10 {
            probe /= 10
            size += 1
        }
        var place = count + size
        repeat {
            place -= 1
            base[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        count += size
    }

    /// Makes room for at least that many more bytes and gives the place where they go.
    @inline(__always)
    mutating func reserve(_ size: Int) {
        if capacity - count < size { grow(by: size) }
    }

    private mutating func grow(by size: Int) {
        let larger = max(capacity * 2, count + size)
        let next = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        next.initialize(from: base, count: count)
        base.deallocate()
        base = next
        capacity = larger
    }
}
