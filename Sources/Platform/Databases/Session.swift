import Outbound

/// An open connection with what statements need: the kind of database, and the watch of the call.
struct Session {
    let connection: ODBCConnection
    let kind: DatabaseKind
    let watch: BlockingWatch

    /// Asks something that changes nothing.
    func ask(_ sql: String, _ values: [SQLParameter] = [], limits: ResultLimits = .inner) throws -> ResultSet {
        try connection.run(sql, values, limits: limits, watch: watch).first
            ?? ResultSet(columns: [], rows: [], isCut: false)
    }

    /// Does something that may change the database; from here on the outcome of a lost connection is unknown.
    func change(_ sql: String, _ values: [SQLParameter] = [], limits: ResultLimits = .answer) throws -> [ResultSet] {
        try watch.begin()
        return try connection.run(sql, values, limits: limits, watch: watch)
    }
}
