import Glibc

extension BlobFiles {
    /// What ``collectGarbage()`` did.
    public struct Collection: Sendable, Hashable {
        /// Files looked at.
        public var files = 0
        /// Files removed because no row names them.
        public var removed = 0
        /// False when another collection or a backup was under way, so that nothing was done.
        public var isDone = true
    }

    /// Removes the blobs that no row names and no commit in flight may name.
    ///
    /// Works through the folders in small pieces; run it now and then, for example after pruning.
    ///
    /// - Returns: What was done.
    /// - Throws: ``StoreError``.
    public func collectGarbage() async throws -> Collection {
        guard pins.beginCollection() else { return Collection(isDone: false) }
        defer { pins.endCollection() }
        var collection = Collection()
        for folder in try await list(paths.root) where !folder.hasPrefix(".") {
            guard let tenant = BlobPaths.tenant(ofFolder: folder) else { continue }
            for shard in try await list(paths.root + "/" + folder) {
                let path = "\(paths.root)/\(folder)/\(shard)"
                var names = try await list(path)[...]
                while !names.isEmpty {
                    let part = Array(names.prefix(200))
                    names = names.dropFirst(200)
                    collection.files += part.count
                    collection.removed += try await collect(part, tenant: tenant, shard: path)
                    try Task.checkCancellation()
                }
            }
        }
        return collection
    }

    private func collect(_ names: [String], tenant: String, shard: String) async throws -> Int {
        let loose = try await store.read { snapshot in
            try names.filter {
                try snapshot.first(
                    "SELECT 1 FROM stores_blob WHERE tenant = ? AND name = ? LIMIT 1",
                    [.text(tenant), .text($0)]
                ) == nil
            }
        }
        guard !loose.isEmpty else { return 0 }
        return try await threads.run { [pins] in
            var removed = 0
            for name in loose {
                let isRemoved = pins.removing(BlobKey(tenant: tenant, name: name)) { unlink(shard + "/" + name) == 0 }
                if isRemoved { removed += 1 }
            }
            return removed
        }
    }

    private func list(_ path: String) async throws -> [String] {
        try await threads.run { try DurableFiles.names(in: path) }
    }
}
