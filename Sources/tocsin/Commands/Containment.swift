import ArgumentParser
import JSONTree

/// The command `tocsin containment`.
struct Containment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pause or resume all calls of connectors that contain or destroy.",
        discussion: """
            While containment is paused, calls that isolate, block, disable or delete wait, and nothing of them is sent; playbooks go on \
            with everything else. They go on by themselves, within a minute, when it is resumed.
            """,
        subcommands: [Pause.self, Resume.self, Status.self]
    )

    private static let path = "/tocsin/v1/containment"

    /// The command `tocsin containment pause`.
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pause all containment.")

        @Option(help: "Why, for the audit log.")
        var reason: String?

        @OptionGroup var choice: ServerChoice

        func run() async throws { try await Containment.set(true, reason, choice) }
    }

    /// The command `tocsin containment resume`.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Resume containment.")

        @Option(help: "Why, for the audit log.")
        var reason: String?

        @OptionGroup var choice: ServerChoice

        func run() async throws { try await Containment.set(false, reason, choice) }
    }

    /// The command `tocsin containment status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say whether containment is paused.")

        @Flag(help: "Print the state as JSON.")
        var json = false

        @OptionGroup var choice: ServerChoice

        func run() async throws {
            try await Ending.run {
                let state = try await choice.withClient(whileAbsent: .opensData) {
                    try await $0.call("GET", Containment.path)
                }
                print(json ? state.prettyText : Containment.sentence(state))
            }
        }
    }

    private static func set(_ isPaused: Bool, _ reason: String?, _ choice: ServerChoice) async throws {
        try await Ending.run {
            var body: JSONObject = ["paused": .bool(isPaused)]
            body["reason"] = reason.map(JSON.string)
            let request = JSON.object(body)
            let state = try await choice.withClient(whileAbsent: .opensData) {
                try await $0.call("PUT", path, body: request)
            }
            print(sentence(state))
        }
    }

    private static func sentence(_ state: JSON) -> String {
        let word = state["paused"]?.boolValue == true ? "Containment is paused" : "Containment goes on"
        let since = state["since"]?.stringValue.map { " since \($0)" } ?? ""
        return word + since + (state["reason"]?.stringValue.map { ": \($0)" } ?? "")
    }
}
