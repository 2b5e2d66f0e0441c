/// An expression of a deployment template, `[…]` without its brackets.
indirect enum ARMSyntax: Hashable {
    case string(String)
    case integer(Int64)
    case double(Double)
    /// A call; user functions are written `namespace.name`. The text is that of the call, for messages.
    case call(name: String, arguments: [ARMSyntax], text: String)
    case member(ARMSyntax, name: String, isSafe: Bool)
    case index(ARMSyntax, ARMSyntax, isSafe: Bool)
}
