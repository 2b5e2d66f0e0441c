import Connectors
import Databases
import Files
import LDAP
import Mail
import Moments
import Outbound

extension ServerConfiguration {
    /// The services that do not speak HTTP, by the names that adapters have for them.
    func services(clock: any WallClock) throws(CommandFailure) -> [String: any ConnectorService] {
        let authorities = try transportOptions().trust.additional
        return [
            "smtp": MailService(authorities: authorities, clock: clock),
            "ldap": LDAPService(authorities: authorities),
            "sql": DatabaseService(authorities: authorities),
            "filesystem": FileService(allowed: fileFolders, closed: [data]),
        ]
    }
}
