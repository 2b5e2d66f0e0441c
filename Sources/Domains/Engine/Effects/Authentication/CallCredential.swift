import Content
import JSONTree
import Outbound
import Secrets

/// How a call shows who makes it: the `authentication` object (section 12.1).
enum CallCredential: Sendable {
    /// Nothing to be done: there is none, or it is in the headers already (`Basic`, `Raw`).
    case none
    /// A certificate is shown.
    case certificate(ClientCertificate)
    /// A token of a directory is fetched.
    case directory(DirectoryCredential)
    /// A token of a managed identity is fetched.
    case managedIdentity(audience: String, identity: String?)

    /// What managed identities are for when nothing is said.
    static let resourceManager = "https://management.azure.com/"

    /// Reads the object.
    ///
    /// - Throws: `RunError` that names the property, and never a value.
    init(_ json: JSON?) throws(RunError) {
        guard let json = json.flatMap(\.nonNull) else {
            self = .none
            return
        }
        guard json.objectValue != nil, let type = json[ignoringCase: "type"]?.stringValue else {
            throw Self.invalid("The property 'authentication' must be an object with the property 'type'.")
        }
        switch type.lowercased() {
        case "none": self = .none
        case "basic":
            _ = try Self.text(json, "username", type)
            self = .none
        case "raw":
            _ = try Self.text(json, "value", type)
            self = .none
        case "clientcertificate":
            self = .certificate(try Self.certificate(json, type))
        case "activedirectoryoauth":
            self = .directory(try Self.directory(json, type))
        case "managedserviceidentity":
            let identity = json[ignoringCase: "identity"]?.stringValue ?? ""
            self = .managedIdentity(
                audience: json[ignoringCase: "audience"]?.stringValue ?? Self.resourceManager,
                // Some exports write out that it is the workflow's own identity.
                identity: identity.isEmpty || identity.isSame(ignoringCase: "SystemAssigned") ? nil : identity
            )
        default:
            throw Self.invalid(
                "The authentication type '\(type)' is not one of None, Basic, Raw, ClientCertificate, ActiveDirectoryOAuth, ManagedServiceIdentity."
            )
        }
    }

    private static func directory(_ json: JSON, _ type: String) throws(RunError) -> DirectoryCredential {
        let kind = json[ignoringCase: "credentialType"]?.stringValue?.lowercased()
        let proof: DirectoryCredential.Proof
        if kind == "certificate" || (kind == nil && json[ignoringCase: "pfx"] != nil) {
            proof = .certificate(try certificate(json, type))
        } else if kind == nil || kind == "secret" {
            proof = .secret(SecretValue(try text(json, "secret", type)))
        } else {
            throw invalid("The 'credentialType' of the authentication must be Secret or Certificate.")
        }
        var authority = json[ignoringCase: "authority"]?.stringValue ?? "https://login.microsoftonline.com/"
        while authority.hasSuffix("/") { authority.removeLast() }
        let tenant = try text(json, "tenant", type)
        return DirectoryCredential(
            endpoint: "\(authority)/\(PercentEncoding.encode(tenant))/oauth2/token",
            clientID: try text(json, "clientId", type),
            audience: try text(json, "audience", type),
            proof: proof
        )
    }

    private static func certificate(_ json: JSON, _ type: String) throws(RunError) -> ClientCertificate {
        guard let bytes = Base64.decode(try text(json, "pfx", type)) else {
            throw invalid("The property 'pfx' of the authentication must be a PFX file in base64.")
        }
        return .pkcs12(bytes, password: json[ignoringCase: "password"]?.stringValue)
    }

    private static func text(_ json: JSON, _ name: String, _ type: String) throws(RunError) -> String {
        guard let text = json[ignoringCase: name]?.stringValue, !text.isEmpty else {
            throw invalid("The authentication of type '\(type)' needs the property '\(name)'.")
        }
        return text
    }

    private static func invalid(_ message: String) -> RunError { RunError("InvalidAuthentication", message) }
}
