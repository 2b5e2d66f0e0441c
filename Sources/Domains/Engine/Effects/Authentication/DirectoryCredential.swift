import Crypto
import Outbound
import Secrets

/// What an app shows to a directory's token endpoint (`ActiveDirectoryOAuth`): client credentials for an audience.
struct DirectoryCredential: Sendable {
    /// How the app proves that it is itself.
    enum Proof: Sendable {
        case secret(SecretValue)
        case certificate(ClientCertificate)
    }

    let endpoint: String
    let clientID: String
    let audience: String
    let proof: Proof

    /// What a token is kept under: who has not the same proof does not get it.
    struct Key: Hashable, Sendable {
        enum Proof: Hashable, Sendable {
            case secret(SHA256Digest)
            case certificate(ClientCertificate)
        }

        let endpoint: String
        let clientID: String
        let audience: String
        let proof: Proof
    }

    var key: Key {
        let proof: Key.Proof =
            switch proof {
            case .secret(let secret): .secret(SHA256.hash(data: secret.bytes))
            case .certificate(let certificate): .certificate(certificate)
            }
        return Key(endpoint: endpoint, clientID: clientID, audience: audience, proof: proof)
    }
}
