import Content
import Crypto
import JSONTree

/// Makes the content links of a run: address with signature, size and hash.
struct ContentLinks: Sendable {
    /// Signs the address of a content: gives it with its query.
    let address: @Sendable (ContentPath) -> String

    /// The link to a content; nil when there is none.
    ///
    /// What the workflow secures has no address and no size; the link says so (section 11.1).
    func link(_ path: ContentPath, _ value: JSON?, isHidden: Bool) -> JSON? {
        guard let value else { return nil }
        if isHidden {
            return ["secureData": ["properties": [.string(path.side == .inputs ? "inputs" : "outputs")]]]
        }
        let bytes = value.bytes()
        let hash = Base64.encode(Insecure.MD5.hash(data: bytes))
        return [
            "uri": .string(address(path)), "contentVersion": .string("\"\(hash)\""),
            "contentSize": .integer(Int64(bytes.count)),
            "contentHash": ["algorithm": "md5", "value": .string(hash)],
        ]
    }
}
