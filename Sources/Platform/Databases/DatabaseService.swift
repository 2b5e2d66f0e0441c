public import Connectors
import Content
import JSONTree
public import Outbound
import Secrets

/// The service `sql`: PostgreSQL, MariaDB and SQL Server through unixODBC.
public struct DatabaseService: ConnectorService {
    /// The most calls at a time; others wait.
    public static let concurrency = 16

    private static let threads = BlockingCalls(count: concurrency)
    private let destinations: DestinationGuard
    private let authorities: [String]

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - destinations: The guard, which finds the address of the database.
    ///   - authorities: Certificates in PEM that are trusted besides those of the system.
    public init(
        destinations: DestinationGuard = DestinationGuard(resolver: SystemResolver()),
        authorities: [String] = []
    ) {
        self.destinations = destinations
        self.authorities = authorities
    }

    /// Performs one operation.
    public func perform(_ call: ServiceCall) async throws -> ConnectorOutputs {
        let settings = try await DatabaseSettings(call)
        let named = Self.named(call)
        guard named.allSatisfy({ $0.wanted == "default" || $0.wanted == "" || $0.wanted == $0.own }) else {
            throw ConnectorError(
                .invalidParameter,
                "The call names another server or database than the connection '\(call.connection.name)'. Write 'default'."
            )
        }
        let destination = try await destinations.destination(
            host: settings.server,
            port: settings.port,
            policy: call.networks
        )
        let trust = try TrustFile(settings.authority.map { [$0] } ?? authorities, isWhole: settings.authority != nil)
        let prints = try await fingerprints(
            settings,
            destination,
            trust: settings.authority.map { [$0] } ?? authorities
        )
        do {
            return try await Self.threads.run(timeout: call.timeout) { watch in
                try withExtendedLifetime(trust) {
                    let connection = try Self.connect(settings, destination, prints, trust.path, watch)
                    let session = Session(connection: connection, kind: settings.kind, watch: watch)
                    try Self.open(session)
                    return try DatabaseOperation(call: call, session: session).perform()
                }
            }
        } catch let failure as DatabaseFailure {
            return failure.outputs
        } catch let error as DatabaseError {
            return try Self.answer(error, settings)
        }
    }

    private static func open(_ session: Session) throws {
        let seconds = max(1, Int(session.watch.remaining.components.seconds))
        for statement in session.kind.opening(seconds: seconds) {
            do {
                _ = try session.ask(statement)
            } catch let error as DatabaseError where error.native == 1_193 {
                // MySQL has no limit of that name; the deadline of the call holds all the same.
                continue
            }
        }
    }

    /// Server and database of the second form's paths beside those of the connection.
    private static func named(_ call: ServiceCall) -> [(wanted: String, own: String)] {
        ["server", "database"].map { name in
            let own = call.setting(name)?.stringValue ?? ""
            return (PercentEncoding.decode(call.path(name) ?? "").lowercased(), own.lowercased())
        }
    }

    private func fingerprints(
        _ settings: DatabaseSettings,
        _ destination: Destination,
        trust: [String]
    ) async throws -> [IPAddress: String] {
        guard settings.kind == .mariadb, settings.encryption == .required else { return [:] }
        return try await MariaDBProbe(destination: destination, authorities: trust).fingerprints()
    }

    /// Connects to the first address that answers.
    private static func connect(
        _ settings: DatabaseSettings,
        _ destination: Destination,
        _ prints: [IPAddress: String],
        _ trust: String,
        _ watch: BlockingWatch
    ) throws -> ODBCConnection {
        var last = DatabaseError(state: "08001", message: "the server has no address")
        for address in destination.addresses {
            let checks = settings.kind == .mariadb && settings.encryption == .required
            if checks, prints[address] == nil { continue }
            let seconds = max(1, min(30, Int(watch.remaining.components.seconds)))
            do {
                return try ODBCConnection(
                    ConnectionText.make(
                        settings,
                        destination,
                        address: address,
                        authority: trust,
                        fingerprint: prints[address],
                        seconds: seconds
                    ),
                    timeout: seconds
                )
            } catch let error as DatabaseError {
                last = error
                // An address that answered and refused is the server: another would refuse, too.
                guard error.state.hasPrefix("08") || error.state == "HY000" else { break }
            }
        }
        throw ConnectFailure.meaning(last, settings)
    }

    /// The answer for what the database said while a statement ran.
    private static func answer(_ error: DatabaseError, _ settings: DatabaseSettings) throws -> ConnectorOutputs {
        if error.isLost {
            throw OutboundError(
                code: .lostReply,
                message: "The connection to the database ended before the statement was done.",
                certainlyNotSent: false
            )
        }
        if error.isTimeout {
            throw OutboundError(
                code: .timedOut,
                message: "The statement took longer than the call may; the database was told to stop it.",
                certainlyNotSent: false
            )
        }
        return DatabaseFailure(error, kind: settings.kind).outputs
    }
}

/// Why there is no connection.
enum ConnectFailure {
    /// The failure as an answer of the database, or as no answer at all.
    static func meaning(_ error: DatabaseError, _ settings: DatabaseSettings) -> any Error {
        let said = error.message.replacing(settings.password.text, with: "…")
        if ["IM002", "IM003", "01000"].contains(error.state), said.contains("driver") || said.contains("open lib") {
            return DatabaseFailure(
                502,
                "DriverNotInstalled",
                "The driver '\(settings.kind.driver.name)' is not installed on the server. Install the package "
                    + "\(settings.kind.driver.package)."
            )
        }
        // PostgreSQL's driver gives no SQLSTATE of the server's for what it says while it connects.
        let words = said.lowercased()
        if error.state.hasPrefix("28") || [1_045, 18_456].contains(error.native)
            || words.contains("password authentication failed") || words.contains("no pg_hba.conf entry")
        {
            return DatabaseFailure(401, "AuthenticationFailed", "The database refused the sign-in: \(said)")
        }
        if [1_044, 1_049, 4_060].contains(error.native)
            || words.contains("database") && words.contains("does not exist")
        {
            return DatabaseFailure(404, "DatabaseNotFound", "The database refused the connection: \(said)")
        }
        return OutboundError(
            code: .connectionFailed,
            message: "No connection to the database: \(said.prefix(400))",
            certainlyNotSent: true
        )
    }
}

/// One operation on its thread.
struct DatabaseOperation {
    let call: ServiceCall
    let session: Session

    func perform() throws -> ConnectorOutputs {
        let operation = call.operation.hasSuffix("_V2") ? String(call.operation.dropLast(3)) : call.operation
        switch operation {
        case "GetTables":
            let tables = try Catalogue(session: session).tables().map { table -> JSON in
                ["Name": .string("[\(table.schema)].[\(table.name)]"), "DisplayName": .string(table.name)]
            }
            return ConnectorOutputs(statusCode: 200, body: ["value": .array(tables)])
        case "GetTable": return ConnectorOutputs(statusCode: 200, body: try table().json)
        case "GetItems":
            let options = (call.request["queries"]?.objectValue ?? JSONObject()).map {
                ($0.name, $0.value.stringValue ?? $0.value.text)
            }
            return try items().list(options, path: call.request["path"]?.stringValue ?? "")
        case "GetItem": return try items().get(id())
        case "PostItem": return try items().insert(call.body)
        case "PatchItem": return try items().update(id(), call.body)
        case "DeleteItem": return try items().delete(id())
        case "ExecutePassThroughNativeQuery": return try QueryStatement(session: session).run(call.body)
        case "GetProcedures":
            return ConnectorOutputs(statusCode: 200, body: try ProcedureStatement(session: session).list())
        case "ExecuteProcedure": return try ProcedureStatement(session: session).run(name("procedure"), call.body)
        default:
            throw ConnectorError(.notSupported, "The service of databases has no operation '\(call.operation)'.")
        }
    }

    private func items() throws -> ItemStatements { ItemStatements(session: session, table: try table()) }

    private func table() throws -> TableDescription { try Catalogue(session: session).table(name("table")) }

    private func id() -> String { name("id") }

    /// A parameter of the path, which playbooks encode twice.
    private func name(_ parameter: String) -> String { PercentEncoding.decode(call.path(parameter) ?? "") }
}
