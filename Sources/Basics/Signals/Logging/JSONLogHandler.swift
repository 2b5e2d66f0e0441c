import JSONTree
public import Logging
public import Moments

/// Writes log events as JSON lines: one object a line with time, level, label, message, and the metadata as members.
///
/// ```json
/// {"time":"2026-03-02T09:00:00.1234567Z","level":"info","label":"tocsin.engine","message":"A run ended.","run":"08584…"}
/// ```
///
/// Metadata under names of secrets (``Redaction/isSecretName(_:)``) is replaced by `*sanitized*`, as are credentials
/// inside of texts. A text is cut after 8,192 characters. A metadata name that is one of the fixed members gets an
/// underscore in front.
public struct JSONLogHandler: LogHandler {
    /// Longest text of a member, in characters.
    public static let maximumCharacters = 8_192

    /// Events below this level are left out.
    public var logLevel: Logger.Level
    /// What every event of the logger carries.
    public var metadata: Logger.Metadata = [:]
    /// Where further metadata comes from.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let sink: any LogSink
    private let clock: any WallClock

    /// A handler for the logger of this label.
    ///
    /// - Parameters:
    ///   - label: of the logger.
    ///   - level: events below it are left out.
    ///   - sink: where lines go.
    ///   - clock: gives the time of events.
    ///   - metadataProvider: where further metadata comes from.
    public init(
        label: String,
        level: Logger.Level = .info,
        sink: any LogSink = DescriptorSink.standardError,
        clock: any WallClock = SystemClock(),
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        logLevel = level
        self.sink = sink
        self.clock = clock
        self.metadataProvider = metadataProvider
    }

    /// The metadata of the logger under this name.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    public func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let given = event.metadata { merged.merge(given) { _, new in new } }
        var line = Self.line(
            time: clock.now,
            level: event.level,
            label: label,
            message: event.message.description,
            source: event.source,
            error: event.error.map { String(describing: $0) },
            metadata: merged
        )
        line.append(UInt8(ascii: "\n"))
        sink.write(line)
    }

    /// The object of an event, without line break.
    static func line(
        time: Timestamp,
        level: Logger.Level,
        label: String,
        message: String,
        source: String,
        error: String? = nil,
        metadata: Logger.Metadata
    ) -> [UInt8] {
        var object: JSONObject = [
            "time": .string(time.iso8601),
            "level": .string(level.rawValue),
            "label": .string(label),
            "message": .string(cut(message)),
        ]
        if !source.isEmpty { object["source"] = .string(source) }
        if let error { object[LogKeys.error] = .string(Redaction.text(cut(error))) }
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            object[fixedMembers.contains(name) ? "_" + name : name] = json(value, name: name)
        }
        return JSON.object(object).bytes()
    }

    private static let fixedMembers: Set<String> = ["time", "level", "label", "message", "source"]

    private static func json(_ value: Logger.MetadataValue, name: String) -> JSON {
        if Redaction.isSecretName(name) { return .string(Redaction.mark) }
        switch value {
        case .string(let text): return .string(Redaction.text(cut(text)))
        case .stringConvertible(let value): return .string(Redaction.text(cut(value.description)))
        case .array(let values): return .array(values.map { json($0, name: name) })
        case .dictionary(let members):
            var object = JSONObject()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { object[name] = json(value, name: name) }
            return .object(object)
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumCharacters, text.count > maximumCharacters else { return text }
        return text.prefix(maximumCharacters) + "…"
    }
}
