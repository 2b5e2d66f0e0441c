import Glibc

/// The C library's heap.
enum Heap {
    /// Gives pages that a load left free back to the system.
    ///
    /// `malloc_trim` is in glibc, but not in Swift's module of it; where it does not exist, nothing is done.
    static func trim() {
        guard let symbol = dlsym(nil, "malloc_trim") else { return }
        typealias Trim = @convention(c) (Int) -> Int32
        _ = unsafeBitCast(symbol, to: Trim.self)(0)
    }
}
