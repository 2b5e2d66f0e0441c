import JSONTree

/// Where `OpenApiConnectionWebhook` says who is to be called back.
///
/// Its author gives no address: the definition marks the parameter for it (`x-ms-notification-url`), and the engine's address goes
/// with the inputs until the call is made.
enum CallbackMember {
    /// The name of the member.
    static let name = "callbackUrl"

    /// The inputs with the address.
    static func added(to inputs: JSON, _ url: String?) -> JSON {
        guard let url, var object = inputs.objectValue else { return inputs }
        object[name] = .string(url)
        return .object(object)
    }

    /// The address of inputs.
    static func address(in inputs: JSON) -> String? { inputs[name]?.stringValue }
}
