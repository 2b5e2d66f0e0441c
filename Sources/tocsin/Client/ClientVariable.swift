import Foundation

/// Environment variables that commands and tools read besides the server's settings.
enum ClientVariable: String, CaseIterable, Sendable {
    /// The address of a remote server.
    case server = "TOCSIN_SERVER"
    /// The client id with which a remote server is asked.
    case clientID = "TOCSIN_CLIENT_ID"
    /// Its secret.
    case clientSecret = "TOCSIN_CLIENT_SECRET"
    /// A PEM file of the authority of a remote server.
    case authority = "TOCSIN_CA"
    /// The configuration file.
    case config = "TOCSIN_CONFIG"
    /// Where tests find public playbooks.
    case corpus = "TOCSIN_CORPUS"
    /// Where tests keep what they download.
    case cache = "TOCSIN_CACHE"
    /// How many seeds the simulation tries.
    case seeds = "TOCSIN_SEEDS"
    /// How often the chaos tests kill the server.
    case rounds = "TOCSIN_CHAOS_ROUNDS"

    /// The value; nil when it is not set or empty.
    var value: String? {
        guard let pointer = getenv(rawValue) else { return nil }
        let text = String(cString: pointer)
        return text.isEmpty ? nil : text
    }
}
