import Foundation
import JSONTree
import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(2)))
struct ScriptRefusalTests {
    private func refusal(_ configuration: ScriptPool.Configuration) async -> ScriptError? {
        do {
            _ = try await ScriptPool(configuration: configuration).run(code: "return 1", context: [:])
            return nil
        } catch {
            return error
        }
    }

    @Test func withoutBubblewrapScriptsAreRefused() async {
        let error = await refusal(.init(bubblewrapPath: "/nowhere/bwrap"))
        #expect(error?.code == .confinementUnavailable)
        #expect(error?.message.contains("Install the package bubblewrap.") == true)
    }

    @Test func aBubblewrapThatFailsIsNotGoneAround() async {
        let error = await refusal(.init(bubblewrapPath: "/usr/bin/false"))
        #expect(error?.code == .confinementUnavailable)
    }

    @Test func withoutTheWorkerScriptsAreRefused() async {
        let error = await refusal(.init(workerPath: "/nowhere/tocsin-script", bubblewrapPath: "/usr/bin/true"))
        #expect(error?.code == .confinementUnavailable)
        #expect(error?.message.contains("tocsin-script") == true)
    }
}

extension ScriptingTests {
    @Suite(.enabled(if: Confining.isUsable, Confining.skipReason), .timeLimit(.minutes(2)))
    struct ScriptConfinementTests {
        /// Runs shell commands in a worker's place, behind exactly its confinement, and returns what they print.
        private func inside(_ commands: String) throws -> String {
            let command = BubblewrapCommand(bubblewrapPath: "/usr/bin/bwrap", workerPath: "/usr/bin/bash")
            let (process, channel) = try WorkerSpawn.spawn(command.arguments + ["-c", commands])
            var output: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(channel.socket, &chunk, chunk.count)
                guard count > 0 else { break }
                output += chunk[..<count]
            }
            waitpid(process, nil, 0)
            let errors = channel.errorText
            channel.close()
            return String(decoding: output, as: UTF8.self) + errors
        }

        @Test func onlyLibrariesAreThere() throws {
            let seen = try inside("echo done; echo /* /dev/* /usr/*").split(whereSeparator: \.isWhitespace).map(
                String.init
            )
            #expect(seen.first == "done")
            let swift = LoadedLibraries.foldersOutsideSystem.map { "/" + ($0.split(separator: "/").first ?? "") }
            let allowed: Set = [
                "/dev", "/lib", "/lib64", "/usr", "/tocsin-script", "/dev/null", "/dev/urandom", "/usr/lib",
                "/usr/lib64",
            ]
            #expect(Set(seen.dropFirst()).subtracting(allowed).subtracting(swift) == [])
        }

        @Test func nothingOfTheHostIsReadOrWritten() throws {
            let canary = FileManager.default.temporaryDirectory.appendingPathComponent("canary-\(UUID().uuidString)")
            try Data("canary-text".utf8).write(to: canary)
            defer { try? FileManager.default.removeItem(at: canary) }
            let probe = """
                exec 2>/dev/null
                for f in \(canary.path) /etc/passwd /proc/self/maps /proc/1/cmdline /sys/kernel/version /root /home /tmp; do
                  [[ -e $f ]] && echo "exists $f"
                done
                for f in /x /tmp/x /usr/lib/x /dev/x /tocsin-script \(canary.path).out; do ( : > $f ) && echo "wrote $f"; done
                for n in 3 4 5 6 7 8 9 10 11 12; do ( : >&$n ) && echo "descriptor $n"; done
                echo done
                """
            #expect(try inside(probe).split(separator: "\n") == ["done"])
            #expect(!FileManager.default.fileExists(atPath: canary.path + ".out"))
        }

        @Test func theNetworkIsOutOfReach() throws {
            // A listener on the loopback interface, which an unconfined process reaches.
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(listener) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            try withUnsafeMutablePointer(to: &address) { pointer in
                try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    try #require(bind(listener, generic, length) == 0)
                    try #require(listen(listener, 4) == 0)
                    try #require(getsockname(listener, generic, &length) == 0)
                }
            }
            let port = UInt16(bigEndian: address.sin_port)
            let probe = "( exec 3<>/dev/tcp/127.0.0.1/\(port) ) 2>/dev/null && echo reached; echo done"
            #expect(try inside(probe).split(separator: "\n") == ["done"])
            let outside = Process()
            outside.executableURL = URL(fileURLWithPath: "/usr/bin/bash")
            outside.arguments = ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"]
            try outside.run()
            outside.waitUntilExit()
            #expect(outside.terminationStatus == 0, "the probe itself does not work")
        }

        @Test func theEnvironmentIsEmptyButForTheEngine() throws {
            setenv("TOCSIN_TEST_SECRET", "canary-text", 1)
            defer { unsetenv("TOCSIN_TEST_SECRET") }
            let names = try inside("export -p; echo uid $UID").split(separator: "\n").compactMap { line in
                line.split(separator: " ").last.map { String($0.prefix { $0 != "=" }) }
            }
            let engine = [
                "GIGACAGE_ENABLED", "JSC_forceRAMSize", "JSC_useJIT", "JSC_useWasm", "LANG", "OLDPWD", "PWD", "SHLVL",
                "TZ",
            ]
            #expect(Set(names) == Set(engine + ["65534"]))
        }

        @Test func aKilledWorkerIsReportedAndReplaced() async throws {
            let before = Confining.workers()
            let pool = ScriptPool(configuration: .init(workers: 1))
            #expect(try await pool.run(code: "return 1", context: [:]) == 1)
            let worker = try #require(Confining.workers().subtracting(before).first)
            let running = Task { try await pool.run(code: "for (;;);", context: [:]) }
            try await Task.sleep(for: .milliseconds(100))
            kill(worker, SIGKILL)
            await #expect { _ = try await running.value } throws: { ($0 as? ScriptError)?.code == .crashed }
            #expect(try await pool.run(code: "return 2", context: [:]) == 2)
            // One that dies between two scripts is not noticed by the second.
            let next = try #require(Confining.workers().subtracting(before).first)
            kill(next, SIGKILL)
            try await Task.sleep(for: .milliseconds(100))
            #expect(try await pool.run(code: "return 3", context: [:]) == 3)
            pool.stop()
            await #expect { _ = try await pool.run(code: "return 4", context: [:]) } throws: {
                ($0 as? ScriptError)?.code == .stopped
            }
        }

        @Test func workersAreReplacedAndEnded() async throws {
            let before = Confining.workers()
            let pool = ScriptPool(configuration: .init(workers: 1, scriptsPerWorker: 2, idleTime: .milliseconds(300)))
            var seen: [Set<Int32>] = []
            for number in 0..<4 {
                #expect(try await pool.run(code: "return \(number)", context: [:]) == .integer(Int64(number)))
                seen.append(Confining.workers().subtracting(before))
            }
            #expect(seen[0].count == 1)
            #expect(seen[0] != seen[2])
            // An idle worker holds no memory.
            _ = try await pool.run(code: "return 1", context: [:])
            var left = Confining.workers().subtracting(before)
            #expect(!left.isEmpty)
            for _ in 0..<100 where !left.isEmpty {
                try await Task.sleep(for: .milliseconds(50))
                left.formIntersection(Confining.workers())
            }
            #expect(left.isEmpty)
        }

        @Test func waitingIsBoundedAndCancelled() async throws {
            let pool = ScriptPool(configuration: .init(workers: 1, queueLimit: 1))
            let endless = Task {
                try await pool.run(code: "for (;;);", context: [:], limits: ScriptLimits(time: .seconds(60)))
            }
            try await Task.sleep(for: .milliseconds(1_000))
            let waiting = Task { try await pool.run(code: "return 1", context: [:]) }
            try await Task.sleep(for: .milliseconds(100))
            await #expect { _ = try await pool.run(code: "return 2", context: [:]) } throws: {
                ($0 as? ScriptError)?.code == .busy
            }
            endless.cancel()
            await #expect { _ = try await endless.value } throws: { ($0 as? ScriptError)?.code == .cancelled }
            #expect(try await waiting.value == 1)
            let second = Task {
                try await pool.run(code: "for (;;);", context: [:], limits: ScriptLimits(time: .seconds(60)))
            }
            try await Task.sleep(for: .milliseconds(200))
            pool.stop()
            await #expect { _ = try await second.value } throws: { ($0 as? ScriptError)?.code == .stopped }
        }
    }
}
