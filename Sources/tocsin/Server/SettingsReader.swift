import Configuration
import Foundation
import Logging
import Outbound

/// Turns the texts of settings into a configuration, and says which is wrong.
struct SettingsReader {
    let reader: ConfigReader

    func configuration() throws(CommandFailure) -> ServerConfiguration {
        var result = ServerConfiguration(data: Self.absolute(text(.data) ?? ServerConfiguration.defaultData))
        if let listen = text(.listen) { (result.host, result.port) = try Self.address(listen) }
        result.publicURL = try text(.publicURL).map(Self.origin)
        result.certificate = try certificate(data: result.data)
        result.isBehindProxy = try flag(.behindProxy) ?? false
        result.trustedProxies = try networks(.trustedProxies)
        result.networks = NetworkPolicy(
            allowing: try networks(.allowedNetworks),
            denying: try networks(.deniedNetworks)
        )
        result.authorities = list(.authorities).map(Self.absolute)
        if !list(.connectors).isEmpty { result.connectors = list(.connectors).map(Self.absolute) }
        result.fileFolders = list(.files).map(Self.absolute)
        result.masterKey = text(.masterKey).map(Self.absolute)
        result.tenant.id = text(.tenantID)
        if let name = text(.tenantName) { result.tenant.name = name }
        result.tenant.domains = list(.tenantDomains)
        if let level = text(.logLevel) {
            guard let known = Logger.Level(rawValue: level.lowercased()) else {
                throw Self.invalid(.logLevel, level, Setting.logLevel.meaning)
            }
            result.logLevel = known
        }
        result.opensMetrics = try flag(.openMetrics) ?? result.isLocal
        if let seconds = text(.shutdownSeconds) {
            guard let number = Int(seconds), (0...3_600).contains(number) else {
                throw Self.invalid(.shutdownSeconds, seconds, "It is a number of seconds from 0 to 3600.")
            }
            result.shutdownPatience = .seconds(number)
        }
        result.retention = try retention()
        return result
    }

    private func retention() throws(CommandFailure) -> RetentionSettings {
        var result = RetentionSettings()
        result.runDays = try days(.runDays) ?? result.runDays
        result.triggerHistoryDays = try days(.triggerHistoryDays) ?? result.triggerHistoryDays
        result.businessKeyDays = try days(.businessKeyDays) ?? max(result.businessKeyDays, result.runDays)
        result.feedDays = try days(.feedDays) ?? result.feedDays
        result.feedAtMostDays = try days(.feedAtMostDays) ?? max(result.feedAtMostDays, result.feedDays)
        result.auditDays = try days(.auditDays) ?? result.auditDays
        if let (setting, message) = result.contradiction {
            throw Self.invalid(setting, text(setting) ?? "", message)
        }
        return result
    }

    // MARK: Values

    private func text(_ setting: Setting) -> String? {
        let text = reader.string(forKey: ConfigKey(setting.path))
        return text?.isEmpty == true ? Optional<String>.none : text
    }

    private func list(_ setting: Setting) -> [String] {
        (reader.stringArray(forKey: ConfigKey(setting.path)) ?? []).filter { !$0.isEmpty }
    }

    private func flag(_ setting: Setting) throws(CommandFailure) -> Bool? {
        switch text(setting)?.lowercased() {
        case nil: return nil
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        case let other?: throw Self.invalid(setting, other, "It is true or false.")
        }
    }

    private func days(_ setting: Setting) throws(CommandFailure) -> Int? {
        guard let text = text(setting) else { return Optional<Int>.none }
        let range = RetentionSettings.range
        guard let number = Int(text), range.contains(number) else {
            throw Self.invalid(
                setting,
                text,
                "It is a whole number of days from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    private func networks(_ setting: Setting) throws(CommandFailure) -> [Network] {
        var result: [Network] = []
        for text in list(setting) {
            guard let network = Network(text) else {
                throw Self.invalid(setting, text, "A network is written as 10.0.0.0/8 or fd00::/8.")
            }
            result.append(network)
        }
        return result
    }

    private func certificate(data: String) throws(CommandFailure) -> (chain: String, key: String)? {
        switch (text(.certificate), text(.key)) {
        case (let chain?, let key?): return (Self.absolute(chain), Self.absolute(key))
        case (nil, nil):
            let own = (chain: data + "/tls/server.pem", key: data + "/tls/server.key")
            let files = FileManager.default
            return files.fileExists(atPath: own.chain) && files.fileExists(atPath: own.key) ? own : nil
        case (let chain, _):
            throw CommandFailure(
                code: "InvalidSetting",
                message: "There is a \(chain == nil ? "key without certificate" : "certificate without key").",
                remedy: "Give both tls.certificate and tls.key, or none."
            )
        }
    }

    // MARK: Forms

    /// A path that does not depend on where the process runs.
    static func absolute(_ path: String) -> String {
        let path = (path as NSString).expandingTildeInPath
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        return URL(filePath: whole).standardizedFileURL.path(percentEncoded: false).trimmingEnd("/")
    }

    /// Host and port of `127.0.0.1:8443`, `[::1]:8443`, `soar.example:443`.
    static func address(_ text: String) throws(CommandFailure) -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else { throw invalid(.listen, text, "It is host and port, such as 127.0.0.1:8443.") }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (String(host), port)
    }

    /// Scheme, host and port without a path.
    static func origin(_ text: String) throws(CommandFailure) -> String {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host(percentEncoded: true), ["", "/"].contains(url.path(percentEncoded: true)),
            url.query() == nil
        else { throw invalid(.publicURL, text, "It is scheme, host and port only, such as https://soar.example:8443.") }
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host)" + (url.port.map { ":\($0)" } ?? "")
    }

    private static func invalid(_ setting: Setting, _ value: String, _ remedy: String) -> CommandFailure {
        CommandFailure(
            code: "InvalidSetting",
            place: setting.rawValue,
            message: "The value '\(value)' cannot be used.",
            remedy: remedy
        )
    }
}

extension String {
    fileprivate func trimmingEnd(_ suffix: String) -> String {
        var result = self
        while result.count > 1, result.hasSuffix(suffix) { result.removeLast(suffix.count) }
        return result
    }
}
