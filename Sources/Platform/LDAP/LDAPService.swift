public import Connectors
import JSONTree
public import Outbound

/// The service `ldap`: users, groups and computers of an Active Directory, or of another directory with its names.
public struct LDAPService: ConnectorService {
    private static let threads = BlockingCalls(count: 16)
    private let destinations: DestinationGuard
    private let authorities: [String]

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - destinations: The guard, which finds the address of the directory.
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
        let settings = try await LDAPSettings(call)
        let destination = try await destinations.destination(
            host: settings.server,
            port: settings.port,
            policy: call.networks
        )
        let trust = try TrustFile(settings.authority.map { [$0] } ?? authorities, isWhole: settings.authority != nil)
        do {
            return try await Self.threads.run(timeout: call.timeout) { watch in
                try withExtendedLifetime(trust) {
                    try Self.perform(call, settings, destination, trust.path, watch)
                }
            }
        } catch let failure as LDAPFailure {
            return failure.outputs
        }
    }

    private static func perform(
        _ call: ServiceCall,
        _ settings: LDAPSettings,
        _ destination: Destination,
        _ trust: String,
        _ watch: BlockingWatch
    ) throws -> ConnectorOutputs {
        let connection: LDAPConnection
        do {
            connection = try LDAPConnection(settings, destination, trust: trust, watch: watch)
        } catch let error as LDAPError {
            if let lost = error.lost(hasBegun: false) { throw lost }
            throw LDAPFailure(error)
        }
        do {
            return try DirectoryOperation(call: call, connection: connection, base: settings.base).perform()
        } catch let error as LDAPError {
            if let lost = error.lost(hasBegun: connection.hasBegun) { throw lost }
            throw LDAPFailure(error)
        }
    }
}

/// One operation on its thread.
struct DirectoryOperation {
    let call: ServiceCall
    let connection: LDAPConnection
    let base: String

    func perform() throws -> ConnectorOutputs {
        let finder = EntryFinder(connection: connection, base: base)
        let reads = DirectoryReads(call: call, connection: connection, finder: finder)
        let changes = DirectoryChanges(connection: connection, finder: finder)
        let id = call.path("id") ?? ""
        switch call.operation {
        case "ListUsers": return try reads.list(.user)
        case "GetUser": return try reads.get(id, .user)
        case "ListGroups": return try reads.list(.group)
        case "GetGroup": return try reads.get(id, .group)
        case "ListGroupMembers": return try reads.members(id)
        case "GetComputer": return try reads.get(id, .computer)
        case "Search": return try reads.search()
        case "UpdateUser": return try changes.update(id, call.body)
        case "DisableUser": return try changes.setEnabled(id, .user, false)
        case "EnableUser": return try changes.setEnabled(id, .user, true)
        case "DisableComputer": return try changes.setEnabled(id, .computer, false)
        case "EnableComputer": return try changes.setEnabled(id, .computer, true)
        case "UnlockUser": return try changes.unlock(id)
        case "ResetPassword": return try changes.resetPassword(id, call.body)
        case "AddGroupMember": return try changes.addMember(id, call.path("user") ?? "")
        case "RemoveGroupMember": return try changes.removeMember(id, call.path("user") ?? "")
        default:
            throw ConnectorError(.notSupported, "The service of directories has no operation '\(call.operation)'.")
        }
    }
}
