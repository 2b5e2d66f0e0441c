/// What the worker says about a script.
enum Answer {
    /// The worker has started.
    case ready
    /// The JSON text of the value that the script returned.
    case result([UInt8])
    /// The script threw; the line is counted from 1 in its code, 0 when it is not known.
    case exception(name: String, message: String, line: Int)
    /// The script used up its time.
    case timedOut
    /// The result is larger than allowed: its bytes.
    case tooLarge(Int)

    var kind: UInt8 {
        switch self {
        case .ready: 0
        case .result: 1
        case .exception: 2
        case .timedOut: 3
        case .tooLarge: 4
        }
    }

    /// The rest of the frame: JSON text, or for an exception line, length of the name, name and message.
    var payload: [UInt8] {
        switch self {
        case .ready, .timedOut:
            return []
        case .result(let text):
            return text
        case .exception(let name, let message, let line):
            let shortName = Array(name.utf8.prefix(200))
            var bytes: [UInt8] = []
            Channel.append(line, to: &bytes)
            Channel.append(shortName.count, to: &bytes)
            return bytes + shortName + message.utf8.prefix(8_000)
        case .tooLarge(let count):
            var bytes: [UInt8] = []
            Channel.append(count, to: &bytes)
            return bytes
        }
    }

    /// The same answer, unless it is a result that is too large.
    func limited(to limit: Int) -> Answer {
        if case .result(let text) = self, text.count > limit { return .tooLarge(text.count) }
        return self
    }
}
