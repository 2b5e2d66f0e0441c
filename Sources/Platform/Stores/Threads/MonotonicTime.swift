import Glibc

/// Nanoseconds of the machine's monotonic clock, for measuring; read without a call into the kernel.
enum MonotonicTime {
    static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Nanoseconds that the calling thread has computed; the time of others that the system ran in between does not count.
enum ThreadTime {
    static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// The duration in whole nanoseconds; negative ones are 0, those beyond 584 years the most there is.
    var wholeNanoseconds: UInt64 {
        let parts = components
        guard parts.seconds >= 0, parts.attoseconds >= 0 else { return 0 }
        let (seconds, over) = UInt64(parts.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return over ? .max : seconds &+ UInt64(parts.attoseconds / 1_000_000_000)
    }
}
