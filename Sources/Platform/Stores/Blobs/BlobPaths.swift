/// Where blobs lie in a data folder: `blobs/<tenant>/<first two digits>/<64 digits>`.
struct BlobPaths: Sendable {
    let root: String

    init(folder: String) { root = folder + "/blobs" }

    /// Files that are being written; emptied at each start.
    var unfinished: String { root + "/.unfinished" }

    func tenantFolder(_ tenant: String) throws -> String {
        root + "/" + (try Self.folderName(of: tenant))
    }

    func shard(_ key: BlobKey) throws -> String {
        try tenantFolder(key.tenant) + "/" + key.name.prefix(2)
    }

    func file(_ key: BlobKey) throws -> String {
        try shard(key) + "/" + key.name
    }

    /// The tenant as a folder's name: letters, digits, `-` and `_` as they are, other bytes as `%` and two digits.
    static func folderName(of tenant: String) throws -> String {
        guard !tenant.isEmpty, tenant.utf8.count <= 80 else {
            throw StoreError(.invalidName, "A tenant's name has 1 to 80 bytes in UTF-8.")
        }
        var name: [UInt8] = []
        for byte in tenant.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.append(byte)
            default:
                name.append(UInt8(ascii: "%"))
                name.append(contentsOf: Hex.digits([byte]).utf8)
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The tenant of a folder's name; nil when no tenant has that name.
    static func tenant(ofFolder name: String) -> String? {
        var bytes: [UInt8] = []
        var rest = name.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Bytes as lower-case hexadecimal digits.
enum Hex {
    static func digits(_ bytes: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] {
                result.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
