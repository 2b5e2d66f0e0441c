/// Which property of an answer names the next page, by `updatenextlink`.
///
/// Links are followed as they are, through the
/// connection of the call, so nothing of them is rewritten.
struct NextLinkPolicy {
    private let policies: [ConnectorPolicy]

    init(_ policies: [ConnectorPolicy]) { self.policies = policies.filter { $0.template == "updatenextlink" } }

    /// The property that the first policy for an operation names; nil when there is none.
    func property(ofOperation id: String) -> String? {
        policies.first { $0.applies(toOperation: id) }?.text("nextLinkPropertyName")
    }
}
