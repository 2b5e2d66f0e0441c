import Foundation

/// Where the files lie that come with the program: connectors and playbooks.
enum Installation {
    /// The folder that holds `Connectors` and `Playbooks`.
    ///
    /// It is looked for from the program upwards, as where it was built, then in `share/tocsin` beside its `bin`, then in
    /// the current folder.
    static let folder: String? = {
        var candidates: [String] = []
        if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            var place = URL(filePath: program).deletingLastPathComponent()
            candidates.append(place.deletingLastPathComponent().appending(path: "share/tocsin").path)
            for _ in 0..<6 where place.path != "/" {
                candidates.append(place.path)
                place = place.deletingLastPathComponent()
            }
        }
        candidates.append(FileManager.default.currentDirectoryPath)
        return candidates.first {
            FileManager.default.fileExists(atPath: $0 + "/Connectors")
                && FileManager.default.fileExists(atPath: $0 + "/Playbooks")
        }
    }()

    /// The folders of the connectors that come with the program.
    static var connectors: [String] { folder.map { [$0 + "/Connectors"] } ?? [] }

    /// A ready-made playbook's folder; nil when the program was copied without it.
    static func playbook(_ name: String) -> String? { folder.map { "\($0)/Playbooks/\(name)" } }
}
