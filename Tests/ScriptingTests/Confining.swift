import Foundation
import Testing

/// The suites that start workers run one after the other, because they look for each other's processes.
@Suite(.serialized) enum ScriptingTests {}

/// What the tests know about confinement on this machine.
enum Confining {
    static let skipReason: Comment =
        "skipped: bubblewrap is not usable on this machine (not installed, or no user namespaces), so scripts are refused"

    /// Whether bubblewrap can make namespaces here.
    static let isUsable: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/bwrap")
        process.arguments = [
            "--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/usr", "/usr", "--symlink",
            "usr/lib64",
            "/lib64", "--symlink", "usr/lib", "/lib", "/usr/bin/true",
        ]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// The processes below this one that run `tocsin-script`.
    static func workers() -> Set<Int32> {
        var parents: [Int32: Int32] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = Int32(name),
                let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { continue }
            let fields = text[text.index(after: end)...].split(separator: " ")
            if fields.count > 1, let parent = Int32(fields[1]) { parents[process] = parent }
        }
        let us = getpid()
        func isBelow(_ process: Int32) -> Bool {
            guard let above = parents[process] else { return false }
            return above == us || isBelow(above)
        }
        return Set(
            parents.keys.filter { process in
                let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
                return name?.hasPrefix("tocsin-script") == true && isBelow(process)
            }
        )
    }
}
