/// A growing stack of values from whose top exact-size arrays are made by moving, not copying.
struct Pile<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    @inline(__always)
    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    /// The elements from a mark to the top.
    @inline(__always)
    func elements(from mark: Int) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: base + mark, count: count - mark)
    }

    /// Moves the elements from a mark to the top into an array of just that size.
    @inline(__always)
    mutating func take(from mark: Int) -> [Element] {
        let size = count - mark
        guard size > 0 else { return [] }
        let source = base + mark
        count = mark
        return [Element](unsafeUninitializedCapacity: size) { buffer, filled in
            buffer.baseAddress?.moveInitialize(from: source, count: size)
            filled = size
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
