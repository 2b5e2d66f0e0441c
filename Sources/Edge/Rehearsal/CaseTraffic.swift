import Durable
import Engine
import JSONTree
import Moments

/// An outbound call that a case made.
struct CaseRequest {
    var at: TimeSpan
    var effect: ActionEffect?
    var call: HTTPCall
    var connection: JSON?
    var path: String?
    var queries: JSON?
    var actionOrTrigger: String
}

/// What a caller of a Request trigger got, and what it still waits for.
struct CaseCaller {
    var run: RunNumber?
    var status: Int?
    var headers: JSON = .object(JSONObject())
    var body: JSON?
    var waitsUntil: Timestamp?
    var isAsynchronous = false
    var polled: JSON?
}

/// The interval of a polling trigger's recurrence.
struct PollSchedule {
    let interval: TimeSpan

    init?(_ json: JSON) {
        guard let count = json[ignoringCase: "interval"]?.integerValue,
            let unit = json[ignoringCase: "frequency"]?.stringValue,
            let seconds = ["second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800][unit.lowercased()]
        else { return nil }
        interval = .seconds(count * Int64(seconds))
    }
}

/// Takes the place of encryption in virtual time, where nothing is kept and there are no keys.
enum Base64Seal {
    static func seal(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    static func open(_ text: String) throws -> [UInt8] { Array(text.utf8) }
}
