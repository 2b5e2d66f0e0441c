import ArgumentParser

/// The command `tocsin version`.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() async throws {
        print("tocsin \(Tocsin.version)")
    }
}
