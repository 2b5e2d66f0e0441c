import Glibc

/// A lock with a condition: threads of the store wait here for work.
///
/// `Mutex` of the standard library has no condition to wait on.
final class Gate: @unchecked Sendable {
    // Both are made once, live at fixed addresses until deinit, and are safe to use from any thread by their own contract.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func locked<T>(_ body: () throws -> T) rethrows -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Waits until someone wakes or the time is over.
    ///
    /// Only inside of ``locked(_:)``; it may also end for no reason.
    func wait(atMost nanoseconds: UInt64) {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let total = UInt64(end.tv_nsec) + nanoseconds
        end.tv_sec += Int(total / 1_000_000_000)
        end.tv_nsec = Int(total % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &end)
    }

    /// Wakes one that waits.
    func wakeOne() { pthread_cond_signal(condition) }

    /// Wakes all that wait.
    func wakeAll() { pthread_cond_broadcast(condition) }
}
