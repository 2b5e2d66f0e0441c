import Configuration
import Yams

/// The server's configuration file, YAML with the names of ``Setting``.
enum ConfigurationFile {
    /// Opens the file; names that are no settings are refused, so that no typing error goes unnoticed.
    ///
    /// - Throws: `CommandFailure` that names the setting or the place.
    static func provider(_ path: String) async throws(CommandFailure) -> any ConfigProvider {
        try check(String(decoding: try InputFile.bytes(path), as: UTF8.self), path: path)
        do {
            let place = ConfigReader(
                provider: InMemoryProvider(values: [
                    AbsoluteConfigKey(["filePath"]): ConfigValue(.string(path), isSecret: false)
                ])
            )
            return try await FileProvider<YAMLSnapshot>(config: place)
        } catch {
            throw failure(path, "The file cannot be read as a configuration: \(error)")
        }
    }

    /// Refuses what is no setting, and lists where one text is expected.
    static func check(_ text: String, path: String) throws(CommandFailure) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw failure(path, "The file is not YAML: \(error)")
        }
        guard let root else { return }
        guard let mapping = root.mapping else {
            throw failure(path, "The file must hold settings, such as 'listen: 127.0.0.1:8443'.")
        }
        try check(mapping, below: "", path: path)
    }

    private static func check(_ mapping: Node.Mapping, below prefix: String, path: String) throws(CommandFailure) {
        for (name, value) in mapping {
            let name = prefix + (name.string ?? "?")
            if let setting = Setting(rawValue: name) {
                try check(value, of: setting, path: path)
            } else if let inner = value.mapping, Setting.allCases.contains(where: { $0.rawValue.hasPrefix(name + ".") })
            {
                try check(inner, below: name + ".", path: path)
            } else {
                throw CommandFailure(
                    code: "UnknownSetting",
                    place: place(path, value),
                    message: "There is no setting '\(name)'.",
                    remedy: "The settings are \(Setting.allCases.map(\.rawValue).joined(separator: ", "))."
                )
            }
        }
    }

    private static func check(_ value: Node, of setting: Setting, path: String) throws(CommandFailure) {
        let isFine = setting.isList ? value.sequence?.allSatisfy { $0.scalar != nil } == true : value.scalar != nil
        guard isFine else {
            throw CommandFailure(
                code: "InvalidSetting",
                place: place(path, value),
                message:
                    "The setting '\(setting.rawValue)' must be \(setting.isList ? "a list of texts" : "one value")."
            )
        }
    }

    private static func place(_ path: String, _ node: Node) -> String {
        node.mark.map { "\(path):\($0.line):\($0.column)" } ?? path
    }

    private static func failure(_ path: String, _ message: String) -> CommandFailure {
        CommandFailure(code: "InvalidConfiguration", place: path, message: message)
    }
}
