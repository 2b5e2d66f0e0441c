import Connectors
import JSONTree
import LDAP
import Outbound

extension Bench {
    /// A connection to a directory that a counterpart runs.
    static func directory(
        _ server: Counterpart,
        _ more: [String: JSON] = [:],
        password: String? = nil,
        networks: [String] = ["127.0.0.0/8", "::1/128"],
        resolver: any HostResolver = SystemResolver()
    ) throws -> Bench {
        var parameters: [String: JSON] = [
            "serverAddress": "127.0.0.1", "port": .string("\(server.about["tlsPort"]?.integerValue ?? 636)"),
            "security": "ldaps", "baseDN": .string(server.text("suffix")), "bindDN": .string(server.text("admin")),
            "certificateAuthority": .string(try server.file("ca.crt")),
        ]
        parameters.merge(more) { $1 }
        return Bench(
            "activedirectory",
            ["ldap": LDAPService(destinations: DestinationGuard(resolver: resolver))],
            parameters: parameters,
            secrets: ["password": password ?? server.text("password")],
            networks: networks
        )
    }
}
