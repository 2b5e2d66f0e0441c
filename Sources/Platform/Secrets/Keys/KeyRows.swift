import Crypto
import Moments
import Stores

/// A data key as it is kept: wrapped by a master key.
struct KeyRow: Sendable {
    enum Purpose: String, Sendable {
        case seal
        case name
    }

    let number: UInt32
    let purpose: Purpose
    /// The id of the master key that wraps it.
    let master: String
    let wrapped: [UInt8]
    let created: Int64

    init(number: UInt32, purpose: Purpose, key: SymmetricKey, master: MasterKey, created: Timestamp) throws {
        self.number = number
        self.purpose = purpose
        self.master = master.id
        self.created = created.ticks
        wrapped = try Envelope.seal(
            key.withUnsafeBytes { Array($0) },
            keyNumber: 0,
            key: master.key,
            tenant: Store.serverTenant,
            context: Self.context(number, purpose)
        )
    }

    private init(number: UInt32, purpose: Purpose, master: String, wrapped: [UInt8], created: Int64) {
        self.number = number
        self.purpose = purpose
        self.master = master
        self.wrapped = wrapped
        self.created = created
    }

    init(_ row: Row) throws {
        let number = try row[0].integer
        guard let number = UInt32(exactly: number), let purpose = Purpose(rawValue: try row[1].text) else {
            throw SecretsError(.keyMissing, "The table of data keys has a row that this program does not know.")
        }
        self.init(
            number: number,
            purpose: purpose,
            master: try row[2].text,
            wrapped: try row[3].blob,
            created: try row[4].integer
        )
    }

    private static func context(_ number: UInt32, _ purpose: Purpose) -> String {
        "data-key/\(number)/\(purpose.rawValue)"
    }

    func unwrapped(by key: MasterKey) throws -> SymmetricKey {
        guard key.id == master else {
            throw SecretsError(
                .masterKeyWrong,
                "The master key given is \(key.id), but the data were sealed under \(master); put that key in its place."
            )
        }
        let bytes = try Envelope.open(
            wrapped,
            key: key.key,
            tenant: Store.serverTenant,
            context: Self.context(number, purpose)
        )
        return SymmetricKey(data: bytes)
    }

    func rewrapped(from old: MasterKey, to new: MasterKey) throws -> KeyRow {
        let bytes = try unwrapped(by: old).withUnsafeBytes { Array($0) }
        let wrapped = try Envelope.seal(
            bytes,
            keyNumber: 0,
            key: new.key,
            tenant: Store.serverTenant,
            context: Self.context(number, purpose)
        )
        return KeyRow(number: number, purpose: purpose, master: new.id, wrapped: wrapped, created: created)
    }

    var insertion: Change {
        Change(
            "INSERT INTO secrets_key (tenant, number, purpose, master, wrapped, created) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(Store.serverTenant), .integer(Int64(number)), .text(purpose.rawValue), .text(master),
                .blob(wrapped),
                .integer(created),
            ]
        )
    }
}

/// All data keys of a store.
enum KeyRows {
    /// The number of the key that names blobs; sealing keys are counted from 1.
    static let namingNumber: UInt32 = 0

    static func load(_ store: some SnapshotSource) async throws -> [KeyRow] {
        try await store.read { snapshot in
            try snapshot.query(
                "SELECT number, purpose, master, wrapped, created FROM secrets_key WHERE tenant = ? ORDER BY number",
                [.text(Store.serverTenant)]
            ).map { try KeyRow($0) }
        }
    }

    static func create(_ keys: Keyring.Keys, in store: Store, at time: Timestamp) async throws {
        var rows = [
            try KeyRow(number: namingNumber, purpose: .name, key: keys.naming, master: keys.master, created: time)
        ]
        for (number, key) in keys.sealing.sorted(by: { $0.key < $1.key }) {
            rows.append(try KeyRow(number: number, purpose: .seal, key: key, master: keys.master, created: time))
        }
        let insertions = rows.map(\.insertion)
        try await store.commit(.rest) { transaction in
            for insertion in insertions { try transaction.execute(insertion.sql, insertion.arguments) }
        }
    }

    static func unwrap(_ rows: [KeyRow], with master: MasterKey) throws -> Keyring.Keys {
        var sealing: [UInt32: SymmetricKey] = [:]
        var naming: SymmetricKey?
        for row in rows {
            let key = try row.unwrapped(by: master)
            switch row.purpose {
            case .seal: sealing[row.number] = key
            case .name: naming = key
            }
        }
        guard let naming, let current = sealing.keys.max() else {
            throw SecretsError(.keyMissing, "The table of data keys is incomplete; restore the last backup.")
        }
        return Keyring.Keys(master: master, sealing: sealing, current: current, naming: naming)
    }
}
