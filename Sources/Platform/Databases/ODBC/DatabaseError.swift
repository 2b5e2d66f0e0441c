import CODBC

/// What the driver of a database said when a call failed.
struct DatabaseError: Error, Sendable, Hashable {
    /// The five characters of the SQLSTATE.
    let state: String
    /// The database's own number.
    let native: Int
    /// The message; it may name tables, columns and users, and holds no password.
    let message: String

    /// Reads the first diagnostic of a handle.
    init(_ kind: Int32, _ handle: SQLHANDLE?) {
        var state = [SQLWCHAR](repeating: 0, count: 6)
        var text = [SQLWCHAR](repeating: 0, count: 1_024)
        var native: SQLINTEGER = 0
        var length: SQLSMALLINT = 0
        let code = SQLGetDiagRecW(
            SQLSMALLINT(kind),
            handle,
            1,
            &state,
            &native,
            &text,
            SQLSMALLINT(text.count),
            &length
        )
        guard code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO else {
            (self.state, self.native, message) = ("HY000", 0, "the driver gives no reason")
            return
        }
        self.state = String(decoding: state.prefix { $0 != 0 }, as: UTF16.self)
        self.native = Int(native)
        let said = String(decoding: text.prefix { $0 != 0 }, as: UTF16.self)
        message = String(said.map { $0.isNewline ? " " : $0 })
    }

    init(state: String, native: Int = 0, message: String) {
        (self.state, self.native, self.message) = (state, native, message)
    }

    /// Whether the connection is gone.
    var isLost: Bool {
        // MariaDB's "gone away", "lost connection", TLS that ended and "was killed" come with states that say nothing.
        state.hasPrefix("08") || state == "01002" || state == "57P01"
            || [2_006, 2_013, 2_026, 2_055, 1_927].contains(native)
    }

    /// Whether the statement took too long.
    var isTimeout: Bool { ["HYT00", "HYT01", "57014", "70100"].contains(state) || native == 1_969 }
}
