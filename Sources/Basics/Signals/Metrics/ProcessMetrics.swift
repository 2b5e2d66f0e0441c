#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says about this process; named as Prometheus' own clients name it.
public struct ProcessMetrics: Sendable, Equatable {
    /// Processor time used, user and system, in seconds.
    public var cpuSeconds: Double
    /// Memory in RAM, in bytes.
    public var residentBytes: Double
    /// Addresses in use, in bytes.
    public var virtualBytes: Double
    /// Threads.
    public var threads: Double
    /// When the process began, in seconds since 1970.
    public var startSeconds: Double
    /// Open file descriptors.
    public var openDescriptors: Double
    /// Most file descriptors that may be open.
    public var maximumDescriptors: Double

    /// The present numbers; nil where there is no `/proc`.
    public static func current() -> ProcessMetrics? {
        guard let stat = contents("/proc/self/stat"), let system = contents("/proc/stat") else { return nil }
        return ProcessMetrics(
            stat: stat,
            system: system,
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: Double(sysconf(Int32(_SC_PAGESIZE))),
            openDescriptors: Double(entries("/proc/self/fd")),
            maximumDescriptors: contents("/proc/self/limits").flatMap(descriptorLimit) ?? 0
        )
    }

    /// Reads the texts of `/proc/self/stat` and `/proc/stat`; nil if they have another form.
    init?(
        stat: String,
        system: String,
        ticksPerSecond: Double,
        pageSize: Double,
        openDescriptors: Double,
        maximumDescriptors: Double
    ) {
        // The name of the program stands in parentheses and may hold anything; fields are counted from behind it.
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace).map { Double($0) }
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }?.split(separator: " ").last
        guard fields.count > 21, let user = fields[11], let kernel = fields[12], let threads = fields[17],
            let start = fields[19], let virtual = fields[20], let pages = fields[21],
            let bootSeconds = boot.flatMap({ Double($0) })
        else { return nil }
        cpuSeconds = (user + kernel) / ticksPerSecond
        residentBytes = pages * pageSize
        virtualBytes = virtual
        self.threads = threads
        startSeconds = bootSeconds + start / ticksPerSecond
        self.openDescriptors = openDescriptors
        self.maximumDescriptors = maximumDescriptors
    }

    /// The soft limit of open files from the text of `/proc/self/limits`; nil if it has another form or there is none.
    static func descriptorLimit(_ limits: String) -> Double? {
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        return line?.dropFirst("Max open files".count).split(separator: " ").first.flatMap { Double($0) }
    }

    func write(into text: inout ExpositionText) {
        let rows: [(name: String, type: String, help: String, value: Double)] = [
            ("process_cpu_seconds_total", "counter", "Processor time used, user and system, in seconds.", cpuSeconds),
            ("process_max_fds", "gauge", "Most file descriptors that may be open.", maximumDescriptors),
            ("process_open_fds", "gauge", "Open file descriptors.", openDescriptors),
            ("process_resident_memory_bytes", "gauge", "Memory in RAM, in bytes.", residentBytes),
            ("process_start_time_seconds", "gauge", "Start of the process, in seconds since 1970.", startSeconds),
            ("process_threads", "gauge", "Threads of the process.", threads),
            ("process_virtual_memory_bytes", "gauge", "Addresses in use, in bytes.", virtualBytes),
        ]
        for row in rows {
            text.begin(row.name, type: row.type, help: row.help)
            text.sample(row.name, row.value)
        }
    }

    /// A small file of `/proc` as text.
    private static func contents(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8_192)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Number of entries of a folder, without `.` and `..`, and without the descriptor that reads it.
    private static func entries(_ path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return max(0, count - 3)
    }
}
